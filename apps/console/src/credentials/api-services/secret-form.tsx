import { Button, PasswordInput, SegmentedControl, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { Trouble } from '../../parts/problem-note';
import { type ApiService, useConnections } from '../queries';

const WAYS = [
  { value: 'when_proven', label: 'Once proven' },
  { value: 'by_hand', label: 'By hand' },
  { value: 'at_once', label: 'At once' },
];
const WORDS: Record<string, string> = {
  when_proven: 'Tried with the refresh of one connection. If the provider takes it, it takes over by itself.',
  by_hand: 'Tried with the refresh of one connection. It takes over when you say so.',
  at_once: 'Every request is made with it from now on. If it is mistyped, every refresh waits until it is right.',
};
const OFFERED = 50;

/** A new secret: by stages, unless there is nothing to lose. */
export function SecretForm({ of: { slug } }: { of: ApiService }) {
  const queries = useQueryClient();
  const [secret, setSecret] = useState('');
  const [way, setWay] = useState('when_proven');
  const [connectionId, setConnectionId] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: async (): Promise<unknown> =>
      way === 'at_once'
        ? told(
            credentials.PATCH('/v1/api-services/{slug}', {
              params: { path: { slug } },
              body: { clientSecret: secret },
            }),
          )
        : told(
            credentials.POST('/v1/api-services/{slug}/client-secrets', {
              params: { path: { slug } },
              body: {
                clientSecret: secret,
                promote: way as 'when_proven' | 'by_hand',
                ...(connectionId && { connectionId }),
              },
            }),
          ),
    onSuccess: () => {
      setSecret('');
      return queries.invalidateQueries({ queryKey: ['api-services', slug] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <PasswordInput
        label="New secret"
        description="Make it at the provider first, beside the old one if it lets you. Sealed at once, and never shown again."
        autoComplete="off"
        required
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      <div className="stack-tight">
        <span className="field-label">Takes over</span>
        <SegmentedControl aria-label="Takes over" data={WAYS} value={way} onChange={setWay} />
        <p className="soft small">{WORDS[way]}</p>
      </div>
      {way !== 'at_once' && <TriedOn slug={slug} value={connectionId} onChange={setConnectionId} />}
      <Trouble error={change.error} />
      <div className="row-end">
        <Button type="submit" loading={change.isPending} {...(way === 'at_once' && { color: 'red', variant: 'light' })}>
          {way === 'at_once' ? 'Change the secret' : 'Stage the secret'}
        </Button>
      </div>
    </form>
  );
}

interface TriedOnProps {
  slug: string;
  value: string | null;
  onChange: (connectionId: string | null) => void;
}

function TriedOn({ slug, value, onChange }: TriedOnProps) {
  const connections = useConnections({ apiService: slug, sort: 'user' }, OFFERED).data?.pages[0]?.items ?? [];
  const living = connections.filter(({ refreshable, status }) => refreshable && status !== 'revoked');
  return (
    <Select
      label="Tried on"
      placeholder="The first connection that is refreshed"
      clearable
      searchable
      data={living.map(({ id, user }) => ({ value: id, label: user }))}
      value={value}
      onChange={onChange}
    />
  );
}
