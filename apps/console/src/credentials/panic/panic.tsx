import { Button, Select, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { counted } from '../../parts/counted';
import { Note } from '../../parts/note';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { useApiServices } from '../queries';
import { Orders } from './orders';

type Rehearsal = Schema['RehearsalView'];
type Wish = Schema['OrderInput'];
const KINDS = [
  { value: 'apiService', label: 'One API service' },
  { value: 'user', label: 'One user' },
  { value: 'consumer', label: 'What one consumer has read' },
  { value: 'all', label: 'Everything' },
];

/** Connections begun in a second: a provider that limits its callers wants fewer. */
const PACES = [
  { value: '1', label: 'One a second' },
  { value: '5', label: '5 a second' },
  { value: '20', label: '20 a second' },
  { value: '100', label: '100 a second' },
];

/** "My information has been compromised": what it would hit first, then the deed, then how far it is. */
export function Panic() {
  const admin = useMay('admin');
  return (
    <Page
      title="Panic"
      about="Something leaked: revoke many tokens at once, and fetch new ones where the grant survives. It goes on where it was stopped."
    >
      {admin ? <Placing /> : <Note>Only an admin can begin it. How far each is stands below.</Note>}
      <Orders />
    </Page>
  );
}

function Placing() {
  const [kind, setKind] = useState('apiService');
  const [name, setName] = useState('');
  const [reissue, setReissue] = useState(true);
  const [pace, setPace] = useState('20');
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const wish = { ...(kind === 'all' ? { all: true } : { [kind]: name }), reissue, perSecond: Number(pace) } as Wish;
  const rehearse = useMutation({
    mutationFn: async () =>
      (await told(
        credentials.POST('/v1/revocations', { body: wish, params: { query: { dryRun: 'true' } } }),
      )) as Rehearsal,
    onSuccess: () => setAsked(true),
  });
  const place = useMutation({
    mutationFn: () => told(credentials.POST('/v1/revocations', { body: wish })),
    onSuccess: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: ['revocations'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rehearse.mutate();
  };
  return (
    <Card title="What leaked">
      <form className="stack" onSubmit={submit}>
        <div className="filters flush">
          <Select label="What" data={KINDS} value={kind} allowDeselect={false} onChange={(value) => setKind(value!)} />
          <Which kind={kind} name={name} onChange={setName} />
          <Select label="Pace" data={PACES} value={pace} allowDeselect={false} onChange={(value) => setPace(value!)} />
        </div>
        <Switch
          label="Fetch new tokens where the grant survives"
          description="Otherwise every connection ends, and its user has to consent again."
          checked={reissue}
          onChange={(event) => setReissue(event.currentTarget.checked)}
        />
        <Trouble error={rehearse.error} />
        <div className="row-end">
          <Button
            type="submit"
            color="red"
            variant="light"
            loading={rehearse.isPending}
            disabled={kind !== 'all' && !name}
          >
            See what it would hit
          </Button>
        </div>
      </form>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title="Revoke all of this"
        name={kind === 'all' ? 'everything' : name}
        verb="Revoke it all"
        busy={place.isPending}
        error={place.error}
        onConfirm={() => place.mutate()}
      >
        {rehearse.data && <Hit of={rehearse.data} />}
      </Confirm>
    </Card>
  );
}

function Which({ kind, name, onChange }: { kind: string; name: string; onChange: (name: string) => void }) {
  const apiServices = useApiServices().data?.items ?? [];
  if (kind === 'all') return null;
  if (kind === 'apiService') {
    const data = apiServices.map(({ slug }) => slug);
    return (
      <Select
        className="grow"
        label="API service"
        placeholder="Which one"
        searchable
        data={data}
        value={name || null}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  }
  const label = kind === 'user' ? 'User' : 'Consumer’s id';
  return (
    <TextInput className="grow" label={label} value={name} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

function Hit({ of: { total, connections, consumers, exposure } }: { of: Rehearsal }) {
  const reissued = connections.filter(({ would }) => would === 'reissue').length;
  const readers = new Set(consumers.map(({ consumerId }) => consumerId)).size;
  const whole = total === connections.length;
  return (
    <Note tone="warn">
      <strong>{total === null ? 'How many can’t be told' : counted(total, 'connection')}</strong>
      {connections.length > 0 && (
        <p>
          {!whole && `Of the first ${connections.length.toLocaleString('en')}: `}
          {reissued.toLocaleString('en')} to get a new token, {(connections.length - reissued).toLocaleString('en')} to
          end.
        </p>
      )}
      <p>
        {exposure === 'known'
          ? `${counted(readers, 'consumer')} read their tokens.`
          : 'Who read their tokens can’t be told at the moment.'}
      </p>
    </Note>
  );
}
