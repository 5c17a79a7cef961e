import { Button, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clientOf } from '../client/client';
import type { components, paths } from '../client/generated/credentials';
import { told } from '../client/problem';
import { useMay } from '../frame/session';
import { Confirm } from '../parts/confirm';
import { FormModal } from '../parts/form-modal';
import { endOf, Lifetime, USUAL_DAYS } from '../parts/lifetime';
import { Loading } from '../parts/loading';
import { ShownOnce } from '../parts/once';
import { Card, Page } from '../parts/page';
import { Trouble } from '../parts/problem-note';
import { type Column, Table } from '../parts/table';
import { When } from '../parts/when';
import { useKeys } from './who';

const doors = clientOf<Pick<paths, '/v1/keys' | '/v1/keys/{id}'>>();
type Key = components['schemas']['KeyView'];

/** The keys to a workspace's doors: the same page in both. */
export function Keys({ roles }: { roles: readonly { value: string; label: string }[] }) {
  const admin = useMay('admin');
  const keys = useKeys();
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const columns: Column<Key>[] = [
    { name: 'Name', cell: ({ name }) => <strong className="break">{name}</strong> },
    { name: 'Role', cell: ({ role }) => role },
    { name: 'Begins with', cell: ({ hint }) => <code>{hint}…</code> },
    { name: 'Runs out', cell: ({ expiresAt }) => <When at={expiresAt} /> },
    { name: 'Made', cell: ({ createdAt }) => <When at={createdAt} /> },
  ];
  if (admin)
    columns.push({
      name: 'Withdraw',
      end: true,
      quiet: true,
      cell: (key) => <Withdraw of={key} onClick={setLeaving} />,
    });
  return (
    <Page
      title="Keys"
      about="Programs and people come in by a key with one role. A key is shown once, when it is made."
      actions={
        admin && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            New key
          </Button>
        )
      }
    >
      <Trouble error={keys.error} />
      <Card flush>
        {keys.data ? (
          <Table label="Keys" columns={columns} rows={keys.data.items} id={({ id }) => id} />
        ) : (
          keys.isPending && <Loading />
        )}
      </Card>
      <NewKey opened={making} roles={roles} onClose={() => setMaking(false)} onMade={setShown} />
      <ShownOnce title="The new key" secret={shown} onClose={() => setShown(null)} />
      {leaving && <Withdrawal of={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

const Withdraw = ({ of, onClick }: { of: Key; onClick: (key: Key) => void }) => (
  <Button size="compact-sm" variant="subtle" color="red" aria-label={`Withdraw ${of.name}`} onClick={() => onClick(of)}>
    Withdraw
  </Button>
);

interface NewKeyProps {
  opened: boolean;
  roles: readonly { value: string; label: string }[];
  onClose: () => void;
  onMade: (key: string) => void;
}

function NewKey({ opened, roles, onClose, onMade }: NewKeyProps) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState(roles.at(-1)!.value);
  const [days, setDays] = useState(USUAL_DAYS);
  const make = useMutation({
    mutationFn: () => told(doors.POST('/v1/keys', { body: { name, role, expiresAt: endOf(days) } })),
    onSuccess: ({ key }) => {
      setName('');
      onClose();
      onMade(key);
      return queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  return (
    <FormModal opened={opened} onClose={onClose} title="New key" verb="Make the key" making={make}>
      <TextInput
        label="Name"
        description="For people, to tell keys apart."
        value={name}
        required
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select label="Role" data={[...roles]} value={role} allowDeselect={false} onChange={(value) => setRole(value!)} />
      <Lifetime days={days} onChange={setDays} />
    </FormModal>
  );
}

function Withdrawal({ of, onClose }: { of: Key; onClose: () => void }) {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => told(doors.DELETE('/v1/keys/{id}', { params: { path: { id: of.id } } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ['keys'] });
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
        <strong>{of.name}</strong> (<code>{of.hint}…</code>, {of.role}) opens nothing from now on, and every browser
        that signed in with it is signed out.
      </p>
    </Confirm>
  );
}
