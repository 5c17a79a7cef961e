import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { Confirm } from '../../parts/confirm';
import { Note } from '../../parts/note';
import { Card, Facts } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { saveAs } from '../../parts/save-as';
import { When } from '../../parts/when';
import type { Consumer } from '../queries';
import { ruleText } from './rules';

type Issued = Schema['NatsCredentialsView'];

/** Events over NATS, for a program with a NATS client. */
export function NatsCredentials({ of }: { of: Consumer }) {
  const [withdrawing, setWithdrawing] = useState(false);
  const issue = useMutation({
    mutationFn: () =>
      told(accessTokens.POST('/v1/consumers/{id}/nats-credentials', { params: { path: { id: of.id } }, body: {} })),
    onSuccess: ({ creds }) => creds && saveAs(`${of.name}.creds`, creds),
    gcTime: 0,
  });
  return (
    <Card title="NATS credentials">
      <div className="stack">
        <p className="soft">
          A short-lived user that hears this consumer’s events. Programs renew it themselves; this file is for trying.
        </p>
        <Trouble error={issue.error} />
        {issue.data && <WhatItHears of={issue.data} />}
        <div className="row">
          <Button variant="default" loading={issue.isPending} onClick={() => issue.mutate()}>
            Save a .creds file
          </Button>
          <Button variant="subtle" color="red" onClick={() => setWithdrawing(true)}>
            End its access…
          </Button>
        </div>
      </div>
      {withdrawing && <Withdrawal of={of} onClose={() => setWithdrawing(false)} />}
    </Card>
  );
}

function WhatItHears({ of: { url, expiresAt, stream, durables, leftOut } }: { of: Issued }) {
  return (
    <>
      <Note tone="good">
        The file is saved; it holds a key, and works for a short while: its user ends <When at={expiresAt} />.
      </Note>
      <Facts
        of={[
          ['Server', <code key="u">{url}</code>],
          ['Stream', <code key="s">{stream}</code>],
          ['Pull from', durables.map(({ name }) => name).join(', ')],
          ...(leftOut.length > 0
            ? [
                ['Left out', `${leftOut.map(ruleText).join('; ')}: of single users only Events tells`] as [
                  string,
                  string,
                ],
              ]
            : []),
        ]}
      />
    </>
  );
}

function Withdrawal({ of, onClose }: { of: Consumer; onClose: () => void }) {
  const withdraw = useMutation({
    mutationFn: () =>
      told(accessTokens.DELETE('/v1/consumers/{id}/nats-credentials', { params: { path: { id: of.id } } })),
    onSuccess: onClose,
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title="End its access to NATS"
      name={of.name}
      verb="End it"
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate()}
    >
      <p>
        The NATS users of <strong>{of.name}</strong> are cut off, and the events that waited for it are gone. It may be
        given new ones at any time.
      </p>
    </Confirm>
  );
}
