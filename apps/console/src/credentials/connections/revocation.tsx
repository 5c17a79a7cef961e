import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Confirm } from '../../parts/confirm';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { When } from '../../parts/when';
import { Window } from '../../parts/window';
import type { Connection } from '../queries';

type Blast = Schema['BlastView'];
type Revoked = Schema['RevocationView'];

/** Says what it will hit, asks for the name, and shows what the provider answered. */
export function Revocation({ of, onClose }: { of: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  const path = { id: of.id };
  const revoke = useMutation({
    mutationFn: async () =>
      (await told(credentials.POST('/v1/connections/{id}/revoke', { params: { path } }))) as Revoked,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connection', of.id] }),
  });
  const blast = useQuery({
    queryKey: ['connection', of.id, 'blast'],
    queryFn: async () =>
      (await told(
        credentials.POST('/v1/connections/{id}/revoke', { params: { path, query: { dryRun: 'true' } } }),
      )) as Blast,
    enabled: !revoke.data,
  });
  if (revoke.data) return <Receipt of={revoke.data.receipt} onClose={onClose} />;
  return (
    <Confirm
      opened
      onClose={onClose}
      title="Revoke this connection"
      name={of.user}
      verb="Revoke it"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
    >
      <p>
        The tokens of <strong>{of.user}</strong> at <strong>{of.apiService}</strong> are erased at once and revoked at
        the provider. Only a new consent brings it back.
      </p>
      <Trouble error={blast.error} />
      {blast.data ? <WhatItHits of={blast.data} /> : <p className="soft">Looking at what it would hit…</p>}
    </Confirm>
  );
}

function WhatItHits({ of: { connections, consumers, exposure } }: { of: Blast }) {
  return (
    <Note tone="warn">
      <strong>What it hits</strong>
      <ul>
        {exposure === 'could_not_check' && <li>Who read its tokens can’t be told: access-tokens does not answer.</li>}
        {exposure === 'known' && consumers.length === 0 && <li>No consumer has read its tokens.</li>}
        {consumers.map(({ consumerId, consumerName, lastAt }) => (
          <li key={consumerId}>
            {consumerName ?? consumerId} read its token <When at={lastAt} />
          </li>
        ))}
        {connections.length > 0 && <li>{connections.length} other connections share its grant at the provider.</li>}
      </ul>
    </Note>
  );
}

function Receipt({ of: receipt, onClose }: { of: Revoked['receipt']; onClose: () => void }) {
  return (
    <Window opened onClose={onClose} title="Revoked">
      <div className="stack">
        <Note tone={receipt && receipt.outcome !== 'revoked' ? 'warn' : 'good'}>
          <strong>{receipt ? OUTCOMES[receipt.outcome] : 'There was nothing to revoke at the provider.'}</strong>
          <p>{receipt?.detail}</p>
        </Note>
        <p>Its secrets are erased here, and consumers are told that the token is gone.</p>
        <div className="row-end">
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Window>
  );
}

const OUTCOMES: Record<NonNullable<Revoked['receipt']>['outcome'], string> = {
  revoked: 'The provider revoked its tokens.',
  revoke_pending: 'The provider has not revoked its tokens yet, and is asked again.',
  not_supported: 'This provider has no way to revoke: the token lives there until it expires.',
  unproved: 'The provider’s answer does not prove that the tokens are revoked.',
};
