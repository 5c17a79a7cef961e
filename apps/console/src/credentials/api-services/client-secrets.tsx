import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { Note } from '../../parts/note';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { When } from '../../parts/when';
import type { ApiService } from '../queries';
import { SecretForm } from './secret-form';

type Secrets = Schema['ClientSecretsView'];
type Staged = NonNullable<Secrets['staged']>;
const LIVE_MS = 3000;

/** The secret in use, the one that is to take over, and the one before: changed without a moment in which every refresh depends on it. */
export function ClientSecrets({ of }: { of: ApiService }) {
  const admin = useMay('admin');
  const secrets = useQuery({
    queryKey: ['api-services', of.slug, 'client-secrets'],
    queryFn: () => told(credentials.GET('/v1/api-services/{slug}/client-secrets', slugPath(of.slug))),
    refetchInterval: LIVE_MS,
  });
  if (!secrets.data) return <Trouble error={secrets.error} />;
  const { active, staged, former } = secrets.data;
  return (
    <Card title="Client secret">
      <div className="stack">
        <ul className="ladder">
          <Rung name="In use" fingerprint={active?.fingerprint}>
            {active ? (
              <>
                set <When at={active.changedAt} />
              </>
            ) : (
              'there is none'
            )}
          </Rung>
          {staged && <StagedRung slug={of.slug} of={staged} admin={admin} />}
          {former && <FormerRung slug={of.slug} of={former} admin={admin} />}
        </ul>
        {admin ? <SecretForm of={of} /> : <p className="soft">Only an admin can change it.</p>}
      </div>
    </Card>
  );
}

interface RungProps {
  name: string;
  fingerprint: string | undefined;
  aside?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
}

const Rung = ({ name, fingerprint, aside, children, actions }: RungProps) => (
  <li>
    <div className="row-between">
      <span className="row">
        <strong>{name}</strong>
        {fingerprint && <code>{fingerprint}</code>}
        {aside}
      </span>
      <span className="soft small">{children}</span>
    </div>
    {actions}
  </li>
);

function StagedRung({ slug, of, admin }: { slug: string; of: Staged; admin: boolean }) {
  const [asked, setAsked] = useState(false);
  const withdraw = useChange(slug, () =>
    told(credentials.POST('/v1/api-services/{slug}/client-secrets/withdraw', slugPath(slug))),
  );
  const actions = (
    <div className="stack-tight above">
      {of.state === 'staged' && <Trial of={of} slug={slug} />}
      {of.detail && <Note tone={of.state === 'refused' ? 'warn' : 'info'}>{of.detail}</Note>}
      <Trouble error={withdraw.error} />
      {admin && (
        <div className="row">
          <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
            {of.state === 'proven' ? 'Let it take over' : 'Let it take over, unproven…'}
          </Button>
          <Button size="compact-sm" variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw it
          </Button>
        </div>
      )}
      {asked && <Promotion slug={slug} of={of} onClose={() => setAsked(false)} />}
    </div>
  );
  return (
    <Rung name="Staged" fingerprint={of.fingerprint} aside={<State of={of.state} />} actions={actions}>
      <When at={of.stagedAt} />
    </Rung>
  );
}

/** It is proven by a refresh, and one can be had at once. */
function Trial({ of, slug }: { of: Staged; slug: string }) {
  const operator = useMay('admin', 'operator');
  const tryNow = useChange(slug, () =>
    told(credentials.POST('/v1/connections/{id}/refresh', { params: { path: { id: of.connectionId! } }, body: {} })),
  );
  return (
    <>
      <p className="small soft">
        Tried with the next refresh of {of.connectionId ? 'the connection that you named' : 'any one connection'}, and
        of no other.{' '}
        {of.promote === 'when_proven' ? 'If the provider takes it, it takes over.' : 'It waits for your word.'}
      </p>
      <Trouble error={tryNow.error} />
      {operator && of.connectionId && (
        <div>
          <Button size="compact-sm" variant="default" loading={tryNow.isPending} onClick={() => tryNow.mutate()}>
            Refresh that connection now
          </Button>
        </div>
      )}
    </>
  );
}

function Promotion({ slug, of, onClose }: { slug: string; of: Staged; onClose: () => void }) {
  const proven = of.state === 'proven';
  const promote = useChange(
    slug,
    () =>
      told(
        credentials.POST('/v1/api-services/{slug}/client-secrets/promote', {
          ...slugPath(slug),
          body: { unproven: !proven },
        }),
      ),
    onClose,
  );
  return (
    <Confirm
      opened
      onClose={onClose}
      title="Let the staged secret take over"
      {...(!proven && { name: slug })}
      verb="Let it take over"
      busy={promote.isPending}
      error={promote.error}
      onConfirm={() => promote.mutate()}
    >
      {proven ? (
        <p>The provider has taken it. Every request from now on is made with it; the one before is kept for a while.</p>
      ) : (
        <p>
          The provider has {of.state === 'refused' ? 'refused' : 'not seen'} it. If it is wrong, every refresh of{' '}
          <strong>{slug}</strong> waits until it is right; no grant is harmed.
        </p>
      )}
    </Confirm>
  );
}

interface FormerRungProps {
  slug: string;
  of: NonNullable<Secrets['former']>;
  admin: boolean;
}

function FormerRung({ slug, of, admin }: FormerRungProps) {
  const erase = useChange(slug, () =>
    told(credentials.DELETE('/v1/api-services/{slug}/client-secrets/former', slugPath(slug))),
  );
  const actions = admin && (
    <div className="stack-tight above">
      <Trouble error={erase.error} />
      <div>
        <Button size="compact-sm" variant="default" loading={erase.isPending} onClick={() => erase.mutate()}>
          Erase it now
        </Button>
      </div>
    </div>
  );
  return (
    <Rung name="Before" fingerprint={of.fingerprint} actions={actions}>
      erased <When at={of.until} />
    </Rung>
  );
}

const slugPath = (slug: string) => ({ params: { path: { slug } } });

function useChange(slug: string, act: () => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      onDone?.();
      return queries.invalidateQueries({ queryKey: ['api-services', slug] });
    },
  });
}
