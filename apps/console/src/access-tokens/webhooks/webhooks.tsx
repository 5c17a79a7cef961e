import { Button, Drawer } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { ShownOnce } from '../../parts/once';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { useWebhooks, type Webhook } from '../queries';
import { Deliveries } from './deliveries';
import { NewWebhook } from './new-webhook';
import { WebhookActions } from './webhook-actions';

/** Where a consumer's events are posted, with what became of each. */
export function WebhookList({ consumer }: { consumer: string }) {
  const admin = useMay('admin');
  const webhooks = useWebhooks(consumer);
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rows = webhooks.data?.items ?? [];
  const [address, setAddress] = useSearchParams();
  const shown = rows.find(({ id }) => id === address.get('webhook'));
  return (
    <Card
      flush
      title="Webhooks"
      actions={
        admin && (
          <Button size="compact-sm" variant="default" onClick={() => setMaking(true)}>
            New webhook
          </Button>
        )
      }
    >
      <Trouble error={webhooks.error} />
      {rows.length > 0 && (
        <Table
          label="Webhooks"
          columns={columns((webhook) => setAddress({ webhook }))}
          rows={rows}
          id={({ id }) => id}
        />
      )}
      {webhooks.isSuccess && rows.length === 0 && (
        <Empty title="No webhook">
          Events can be posted to an address of the program’s, signed. Without one it hears them over NATS or as
          server-sent events.
        </Empty>
      )}
      {making && <NewWebhook consumer={consumer} onClose={() => setMaking(false)} onMade={setSecret} />}
      <ShownOnce title="The webhook’s secret" secret={secret} onClose={() => setSecret(null)} />
      <Drawer
        opened={shown !== undefined}
        onClose={() => setAddress({}, { replace: true })}
        title="Webhook"
        position="right"
        size="lg"
      >
        {shown && (
          <div className="stack">
            <WebhookActions of={shown} onSecret={setSecret} />
            <Deliveries webhook={shown.id} />
          </div>
        )}
      </Drawer>
    </Card>
  );
}

const columns = (open: (id: string) => void): Column<Webhook>[] => [
  {
    name: 'Address',
    cell: ({ id, url }) => (
      <button type="button" className="row-open mono break" onClick={() => open(id)}>
        {url}
      </button>
    ),
  },
  { name: 'Events', cell: ({ types, apiServices }) => <WhatItHears types={types} apiServices={apiServices} /> },
  { name: 'State', cell: (webhook) => <StateAndWhy of={webhook} /> },
];

const WhatItHears = ({ types, apiServices }: Pick<Webhook, 'types' | 'apiServices'>) => (
  <span className="two-lines">
    <span className="break">{types.join(', ') || 'all types'}</span>
    <small>{apiServices.length > 0 ? `of ${apiServices.join(', ')}` : 'of all that it may use'}</small>
  </span>
);

const StateAndWhy = ({ of: { status, failingSince, disabledBecause } }: { of: Webhook }) => (
  <span className="two-lines">
    <span>
      <State of={status} />
    </span>
    {disabledBecause && <small>{disabledBecause}</small>}
    {failingSince && !disabledBecause && (
      <small>
        failing, last success before <When at={failingSince} />
      </small>
    )}
  </span>
);
