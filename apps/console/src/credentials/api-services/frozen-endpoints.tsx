import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { When } from '../../parts/when';
import type { ApiService } from '../queries';

/** What changed at the issuer, old beside new, and the decision of an admin. */
export function FrozenEndpoints({ of }: { of: ApiService }) {
  if (!of.frozen) return null;
  return (
    <Note tone="warn">
      <strong>Frozen: the issuer names other endpoints than those that were agreed to.</strong>
      <p>
        Nothing is sent to the old ones or the new ones. Compare with what the provider announces elsewhere: whoever can
        change its metadata can also name an address of their own.
      </p>
      <div className="above">
        <Changes slug={of.slug} />
      </div>
      <p className="soft small above">
        Since <When at={of.frozen.since} />. Connections wait, unharmed; tokens that live can be read.
      </p>
    </Note>
  );
}

function Changes({ slug }: { slug: string }) {
  const admin = useMay('admin');
  const path = { slug };
  const discovery = useQuery({
    queryKey: ['api-services', slug, 'discovery'],
    queryFn: () => told(credentials.GET('/v1/api-services/{slug}/discovery', { params: { path } })),
  });
  if (discovery.isPending) return <Loading />;
  const frozen = discovery.data?.frozen;
  if (!frozen) return <Trouble error={discovery.error} />;
  return (
    <div className="stack">
      <ul className="diff" aria-label="What changed">
        {frozen.changes.map(({ member, pinned, seen }) => (
          <li key={member}>
            <strong>{member.replaceAll('_', ' ')}</strong>
            <del>{pinned}</del>
            {seen === null ? <em>is not named any more</em> : <ins>{seen}</ins>}
          </li>
        ))}
      </ul>
      {admin ? <Decision slug={slug} proposal={frozen.proposal} /> : <p>Only an admin can decide.</p>}
    </div>
  );
}

function Decision({ slug, proposal }: { slug: string; proposal: string }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const decide = useMutation({
    mutationFn: (verb: 'accept' | 'refuse') =>
      told(
        credentials.POST(`/v1/api-services/{slug}/discovery/${verb}`, {
          params: { path: { slug } },
          body: { proposal },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['api-services'] }),
  });
  return (
    <>
      <Trouble error={decide.error} />
      <div className="row">
        <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate('refuse')}>
          Refuse: go on with those agreed to
        </Button>
        <Button variant="default" c="red" onClick={() => setAsked(true)}>
          Accept the new ones…
        </Button>
      </div>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title="Accept the new endpoints"
        name={slug}
        verb="Accept them"
        busy={decide.isPending}
        error={decide.error}
        onConfirm={() => decide.mutate('accept')}
      >
        <p>
          From the next request on, the client’s secret, codes and refresh tokens of all connections of{' '}
          <strong>{slug}</strong> go to the addresses that its issuer names now.
        </p>
      </Confirm>
    </>
  );
}
