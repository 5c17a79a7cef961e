import { Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { clientOf } from '../client/client';
import type { components, paths } from '../client/generated/credentials';
import { told } from '../client/problem';
import { useAddress } from '../frame/address';
import { Empty } from '../parts/empty';
import { Loading } from '../parts/loading';
import { More } from '../parts/more';
import { Card, Page } from '../parts/page';
import { Trouble } from '../parts/problem-note';
import { type Column, Table } from '../parts/table';
import { shortened } from '../parts/short-id';
import { When } from '../parts/when';
import { Breaks } from './breaks';
import { Chain, Export, Verify } from './chain';
import { useNames } from './who';

const doors = clientOf<Pick<paths, '/v1/audit'>>();
type Entry = components['schemas']['AuditEntryView'];
const PAGE = 50;
const OUTCOMES: Entry['outcome'][] = ['done', 'refused', 'failed'];
const TEXTS = [
  { name: 'action', label: 'Action', placeholder: 'connection.revoked, connection.*' },
  { name: 'actor', label: 'Who', placeholder: 'key:…, consumer:…, scheduler' },
  { name: 'objectId', label: 'Object’s id', placeholder: 'a connection, a key, an API service' },
] as const;

const COLUMNS: Column<Entry>[] = [
  { name: 'When', cell: ({ at }) => <When at={at} /> },
  { name: 'What', cell: ({ action, outcome }) => <What action={action} outcome={outcome} /> },
  { name: 'Who', cell: ({ actor }) => <Who of={actor} /> },
  { name: 'On', cell: ({ objectType, objectId }) => <On type={objectType} id={objectId} /> },
  { name: 'Details', prose: true, cell: ({ details }) => <Details of={details} /> },
];

const What = ({ action, outcome }: Pick<Entry, 'action' | 'outcome'>) => (
  <span className="row">
    <code className="break">{action}</code>
    {outcome !== 'done' && <span className="small tone-bad">{outcome}</span>}
  </span>
);

/** By name; what else they did is a click away. */
function Who({ of }: { of: string }) {
  const name = useNames();
  return (
    <Link className="row-link" to={`?${new URLSearchParams({ actor: of })}`} title={of}>
      {name(of)}
    </Link>
  );
}

const On = ({ type, id }: { type: string; id: string }) => (
  <span>
    {type.replaceAll('_', ' ')}{' '}
    <Link className="row-link mono" to={`?${new URLSearchParams({ objectId: id })}`} title={id}>
      {shortened(id)}
    </Link>
  </span>
);

function Details({ of }: { of: Record<string, unknown> }) {
  // A signature is nothing to read; the title has everything.
  const told = Object.entries(of).filter(([name, value]) => value !== null && name !== 'statement');
  if (told.length === 0) return null;
  return (
    <span className="small soft break" title={JSON.stringify(of)}>
      {told.map(([name, value]) => `${name}: ${said(value)}`).join(' · ')}
    </span>
  );
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(', ');
  return shortened(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Who did what: the same page in both workspaces. */
export function Audit() {
  const [search, set] = useAddress();
  const filter = filterIn(search);
  const entries = useInfiniteQuery({
    queryKey: ['audit', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      told(
        doors.GET('/v1/audit', {
          params: { query: { limit: PAGE, ...filter, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)!.seq),
  });
  const rows = entries.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Audit log"
      about="Who did what, newest first. Nothing in it can be changed or deleted, by anybody."
      actions={
        <>
          <Verify />
          <Export />
        </>
      }
    >
      <Trouble error={entries.error} />
      <Breaks />
      <Chain />
      <Card flush>
        <Filters filter={filter} set={set} />
        {entries.isPending ? (
          <Loading />
        ) : (
          rows.length > 0 && <Table label="Audit log" columns={COLUMNS} rows={rows} id={({ seq }) => seq} />
        )}
        {!entries.isPending && rows.length === 0 && (
          <Empty title="Nothing found">
            No entry fits all of this. An action ends in <code>.*</code> to mean all of its kind.
          </Empty>
        )}
        <div className="table-foot">
          <span>{rows.length} shown</span>
          <More of={entries} label="Older entries" />
        </div>
      </Card>
    </Page>
  );
}

const Filters = ({ filter, set }: { filter: Filter; set: (name: string, value: string) => void }) => (
  <div className="filters" role="search">
    {TEXTS.map(({ name, ...words }) => (
      <TextInput
        key={name}
        className="grow"
        {...words}
        value={filter[name] ?? ''}
        onChange={(event) => set(name, event.currentTarget.value.trim())}
      />
    ))}
    <Select
      label="Outcome"
      placeholder="All"
      clearable
      data={OUTCOMES}
      value={filter.outcome ?? null}
      onChange={(value) => set('outcome', value ?? '')}
    />
  </div>
);

interface Filter {
  action?: string;
  actor?: string;
  objectId?: string;
  outcome?: Entry['outcome'];
}

/** What means nothing is left out, so that an address that somebody mistyped shows everything. */
function filterIn(search: URLSearchParams): Filter {
  const outcome = OUTCOMES.find((one) => one === search.get('outcome'));
  const texts = TEXTS.flatMap(({ name }) => (search.get(name) ? [[name, search.get(name)]] : []));
  return { ...(Object.fromEntries(texts) as Filter), ...(outcome && { outcome }) };
}
