import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { Empty } from '../../parts/empty';
import { FormModal } from '../../parts/form-modal';
import { endOf, Lifetime, USUAL_DAYS } from '../../parts/lifetime';
import { ShownOnce } from '../../parts/once';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import type { Consumer } from '../queries';

type Key = Schema['KeyView'];

/** A consumer's keys: two at a time let it go over from one to the next. */
export function ConsumerKeys({ of }: { of: Consumer }) {
  const admin = useMay('admin');
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const keys = useQuery({
    queryKey: ['consumers', of.id, 'keys'],
    queryFn: () => told(accessTokens.GET('/v1/consumers/{id}/keys', { params: { path: { id: of.id } } })),
  });
  const rows = keys.data?.items ?? [];
  return (
    <Card
      flush
      title="Keys"
      actions={
        admin && (
          <Button size="compact-sm" variant="default" onClick={() => setMaking(true)}>
            Another key
          </Button>
        )
      }
    >
      <Trouble error={keys.error} />
      {rows.length > 0 && (
        <Table label="Its keys" columns={columns(admin ? setLeaving : null)} rows={rows} id={({ id }) => id} />
      )}
      {keys.isSuccess && rows.length === 0 && <Empty title="No key">The program can’t come in without one.</Empty>}
      {making && <NewKey of={of} onClose={() => setMaking(false)} onMade={setShown} />}
      <ShownOnce title="The new key" secret={shown} onClose={() => setShown(null)} />
      {leaving && <Withdrawal of={of} leaving={leaving} onClose={() => setLeaving(null)} />}
    </Card>
  );
}

function columns(onWithdraw: ((key: Key) => void) | null): Column<Key>[] {
  const all: Column<Key>[] = [
    { name: 'Begins with', cell: ({ hint }) => <code>{hint}…</code> },
    { name: 'Runs out', cell: ({ expiresAt }) => <When at={expiresAt} /> },
    { name: 'Made', cell: ({ createdAt }) => <When at={createdAt} /> },
  ];
  if (!onWithdraw) return all;
  const cell = (key: Key) => (
    <Button
      size="compact-sm"
      variant="subtle"
      color="red"
      aria-label={`Withdraw ${key.hint}…`}
      onClick={() => onWithdraw(key)}
    >
      Withdraw
    </Button>
  );
  return [...all, { name: 'Withdraw', end: true, quiet: true, cell }];
}

function NewKey({ of, onClose, onMade }: { of: Consumer; onClose: () => void; onMade: (key: string) => void }) {
  const queries = useQueryClient();
  const [days, setDays] = useState(USUAL_DAYS);
  const make = useMutation({
    mutationFn: () =>
      told(
        accessTokens.POST('/v1/consumers/{id}/keys', {
          params: { path: { id: of.id } },
          body: { expiresAt: endOf(days) },
        }),
      ),
    onSuccess: ({ key }) => {
      onClose();
      onMade(key);
      return queries.invalidateQueries({ queryKey: ['consumers', of.id, 'keys'] });
    },
  });
  return (
    <FormModal onClose={onClose} title={`Another key for ${of.name}`} verb="Make the key" making={make}>
      <p>The keys that it has go on beside it. Withdraw the old one once the program uses the new one.</p>
      <Lifetime days={days} onChange={setDays} />
    </FormModal>
  );
}

function Withdrawal({ of, leaving, onClose }: { of: Consumer; leaving: Key; onClose: () => void }) {
  const queries = useQueryClient();
  const path = { id: of.id, keyId: leaving.id };
  const withdraw = useMutation({
    mutationFn: () => told(accessTokens.DELETE('/v1/consumers/{id}/keys/{keyId}', { params: { path } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ['consumers', of.id, 'keys'] });
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title="Withdraw this key"
      name={of.name}
      verb="Withdraw it"
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate()}
    >
      <p>
        <code>{leaving.hint}…</code> opens nothing from now on: programs of <strong>{of.name}</strong> that use it stop.
      </p>
    </Confirm>
  );
}
