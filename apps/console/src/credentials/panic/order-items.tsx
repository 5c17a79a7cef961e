import { useInfiniteQuery } from '@tanstack/react-query';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Loading } from '../../parts/loading';
import { More } from '../../parts/more';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { Whose } from '../connections/whose';
import type { Order } from './orders';

type Item = Schema['OrderItemView'];
const PAGE = 50;
const LIVE_MS = 2000;

const COLUMNS: Column<Item>[] = [
  {
    name: 'User',
    cell: ({ connectionId, user, apiService }) => (
      <Whose id={connectionId} user={user ?? 'a connection that is gone'} apiService={apiService ?? ''} />
    ),
  },
  { name: 'Here', prose: true, cell: ({ state, detail }) => <Here state={state} detail={detail} /> },
  { name: 'At the provider', prose: true, cell: ({ receipts }) => <Receipts of={receipts} /> },
];

const Here = ({ state, detail }: Pick<Item, 'state' | 'detail'>) => (
  <span className="two-lines">
    <span>
      <State of={state} />
    </span>
    {detail && <small>{detail}</small>}
  </span>
);

/** What the provider answered, token by token. */
function Receipts({ of }: { of: Item['receipts'] }) {
  if (of.length === 0) return <span className="soft">nothing to revoke</span>;
  return (
    <ul className="plain stack-tight">
      {of.map(({ id, version, state, receipt }) => (
        <li key={id} className="two-lines">
          <span className="row">
            <State of={state === 'revoked' ? 'provider_revoked' : state} />
            <span className="soft small">version {version}</span>
          </span>
          {receipt && <small>{receipt.detail}</small>}
        </li>
      ))}
    </ul>
  );
}

/** Each connection of an order: what was done to it here, and the receipts. */
export function OrderItems({ of }: { of: Order }) {
  const items = useInfiniteQuery({
    queryKey: ['revocations', of.id, 'items'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      told(
        credentials.GET('/v1/revocations/{id}/items', {
          params: { path: { id: of.id }, query: { limit: PAGE, ...(after && { after }) } },
        }),
      ),
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)!.connectionId),
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
  const rows = items.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-label="Receipts">
      <Trouble error={items.error} />
      {items.isPending && <Loading />}
      {rows.length > 0 && <Table label="Receipts" columns={COLUMNS} rows={rows} id={(item) => item.connectionId} />}
      <More of={items} />
    </section>
  );
}
