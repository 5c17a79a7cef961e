import { Drawer, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useNames } from '../../access/who';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Empty } from '../../parts/empty';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { OrderItems } from './order-items';

export type Order = Schema['OrderView'];
const PROGRESS_MS = 1000;
const CALM_MS = 5000;

/** What was begun, how far each is, and what came of every connection. */
export function Orders() {
  const [address, setAddress] = useSearchParams();
  const orders = useQuery({
    queryKey: ['revocations'],
    queryFn: () => told(credentials.GET('/v1/revocations', { params: { query: { limit: 20 } } })),
    refetchInterval: ({ state }) => (state.data?.items.some(({ status }) => status !== 'done') ? PROGRESS_MS : CALM_MS),
  });
  const rows = orders.data?.items ?? [];
  const opened = rows.find(({ id }) => id === address.get('order'));
  return (
    <Card title="Revocations of many" flush>
      <Trouble error={orders.error} />
      {rows.length > 0 && (
        <Table
          label="Revocations of many"
          columns={columns((order) => setAddress({ order }))}
          rows={rows}
          id={({ id }) => id}
        />
      )}
      {orders.isSuccess && rows.length === 0 && <Empty title="None so far">May it stay like this.</Empty>}
      <Drawer
        opened={opened !== undefined}
        onClose={() => setAddress({}, { replace: true })}
        title={opened && scopeText(opened.scope)}
        position="right"
        size="xl"
      >
        {opened && (
          <div className="stack">
            <HowFar of={opened} />
            <OrderItems of={opened} />
          </div>
        )}
      </Drawer>
    </Card>
  );
}

const columns = (open: (order: string) => void): Column<Order>[] => [
  {
    name: 'What',
    cell: ({ id, scope }) => (
      <button type="button" className="row-open break" onClick={() => open(id)}>
        {scopeText(scope)}
      </button>
    ),
  },
  { name: 'How far', prose: true, cell: (order) => <HowFar of={order} /> },
  { name: 'By', cell: ({ requestedBy }) => <By of={requestedBy} /> },
  { name: 'Begun', cell: ({ createdAt }) => <When at={createdAt} /> },
];

function By({ of }: { of: string }) {
  const name = useNames();
  return (
    <span className="break" title={of}>
      {name(of)}
    </span>
  );
}

const NARROWED: Record<string, string> = {
  apiService: 'API service',
  user: 'User',
  consumer: 'Read by the consumer',
  since: 'Read since',
  until: 'Read before',
  connections: 'Connections',
};

const scopeText = (scope: Record<string, unknown>): string =>
  Object.entries(scope)
    .map(([name, value]) => `${NARROWED[name] ?? name}: ${Array.isArray(value) ? value.length : String(value)}`)
    .join(', ') || 'Everything';

const DONE: Record<string, string> = {
  reissued: 'with a new token',
  revoked: 'ended',
  nothing_left: 'had nothing left',
  failed: 'failed',
};

function HowFar({ of: { status, waitsBecause, progress } }: { of: Order }) {
  const counts = progress.connections as Record<string, number>;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const done = all - (counts.waiting ?? 0);
  const each = Object.entries(DONE).flatMap(([state, words]) => (counts[state] ? [`${counts[state]} ${words}`] : []));
  return (
    <div className="stack-tight">
      <span>
        {status === 'done' ? 'Done' : 'Under way'}: {done} of {all}
        {each.length > 0 && <span className="soft"> ({each.join(', ')})</span>}
      </span>
      <Progress value={all === 0 ? 100 : (100 * done) / all} aria-label={`${done} of ${all}`} />
      {waitsBecause && <small className="soft">It waits: {waitsBecause}</small>}
    </div>
  );
}
