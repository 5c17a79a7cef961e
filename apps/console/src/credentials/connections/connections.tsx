import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useAddress } from '../../frame/address';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { More } from '../../parts/more';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { lookOf, State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import {
  type Connection,
  type ConnectionSearch,
  type ConnectionStatus,
  useApiServices,
  useConnectionCounts,
  useConnections,
} from '../queries';
import { Death } from './death';
import { NewConnection } from './new-connection';

const STATES: ConnectionStatus[] = ['reauthorization_required', 'refresh_failing', 'active', 'pending', 'revoked'];
const SORTS = [
  { value: 'care', label: 'Who needs care' },
  { value: 'expires', label: 'Expires first' },
  { value: 'user', label: 'User' },
];

const COLUMNS: Column<Connection>[] = [
  {
    name: 'User',
    cell: ({ id, user }) => (
      <Link className="row-link break" to={`/connections/${id}`}>
        {user}
      </Link>
    ),
  },
  { name: 'API service', cell: ({ apiService }) => <Link to={`/api-services/${apiService}`}>{apiService}</Link> },
  { name: 'State', cell: ({ status }) => <State of={status} /> },
  { name: 'Version', end: true, cell: ({ version }) => version },
  { name: 'Token expires', cell: ({ expiresAt }) => <When at={expiresAt} none="—" /> },
  { name: 'Dies', cell: (connection) => <Death of={connection} /> },
];

/** Filters live in the address, so that what somebody sees can be sent to somebody else. */
export function Connections() {
  const { search, set } = useSearch();
  const operator = useMay('admin', 'operator');
  const [making, setMaking] = useState(false);
  return (
    <Page
      title="Connections"
      about="Each is one user’s grant at one API service. It survives token after token."
      actions={
        operator && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            New connection
          </Button>
        )
      }
    >
      <Card flush>
        <Filters search={search} set={set} />
        <Rows search={search} onNew={operator ? () => setMaking(true) : undefined} />
      </Card>
      {making && <NewConnection apiService={search.apiService} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ search, onNew }: { search: ConnectionSearch; onNew: (() => void) | undefined }) {
  const connections = useConnections(search);
  const rows = connections.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = Boolean(search.apiService ?? search.status ?? search.search);
  if (connections.isError) return <Trouble error={connections.error} />;
  if (connections.isPending) return <Loading />;
  if (rows.length === 0 && filtered) return <Empty title="None fits">No connection fits these filters.</Empty>;
  if (rows.length === 0) {
    return (
      <Empty title="No connection yet" action={onNew && <Button onClick={onNew}>New connection</Button>}>
        Name an API service and a user, then give the user the link that appears.
      </Empty>
    );
  }
  return (
    <>
      <Table label="Connections" columns={COLUMNS} rows={rows} id={({ id }) => id} />
      <Foot search={search} shown={rows.length} more={connections} />
    </>
  );
}

interface FootProps {
  search: ConnectionSearch;
  shown: number;
  more: Pick<ReturnType<typeof useConnections>, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
}

function Foot({ search: { status, apiService, search }, shown, more }: FootProps) {
  const counts = useConnectionCounts({ ...(apiService && { apiService }), ...(search && { search }) }).data;
  const all = counts && (status ? counts[status] : STATES.reduce((sum, state) => sum + counts[state], 0));
  return (
    <div className="table-foot">
      <span>
        {shown.toLocaleString('en')} of {all?.toLocaleString('en') ?? '…'}
      </span>
      <More of={more} />
    </div>
  );
}

interface FiltersProps {
  search: ConnectionSearch;
  set: (name: keyof ConnectionSearch, value: string | null) => void;
}

const SEARCH_PAUSE_MS = 250;

function Filters({ search, set }: FiltersProps) {
  const [typed, setTyped] = useState(search.search ?? '');
  const [settled] = useDebouncedValue(typed, SEARCH_PAUSE_MS);
  const apiServices = useApiServices().data?.items ?? [];
  useEffect(() => set('search', settled || null), [settled]); // eslint-disable-line react-hooks/exhaustive-deps -- only what was typed changes it
  return (
    <div className="filters" role="search">
      <TextInput
        className="grow"
        label="User"
        placeholder="Part of the user’s id"
        leftSection={<IconSearch size={15} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Select
        label="API service"
        placeholder="All"
        clearable
        searchable
        data={apiServices.map(({ slug }) => slug)}
        value={search.apiService ?? null}
        onChange={(value) => set('apiService', value)}
      />
      <Select
        label="State"
        placeholder="All"
        clearable
        data={STATES.map((value) => ({ value, label: lookOf(value).label }))}
        value={search.status ?? null}
        onChange={(value) => set('status', value)}
      />
      <Select
        label="Order"
        data={SORTS}
        allowDeselect={false}
        value={search.sort}
        onChange={(value) => set('sort', value)}
      />
    </div>
  );
}

function useSearch(): FiltersProps {
  const [address, set] = useAddress<keyof ConnectionSearch>();
  const told = (name: string): string | undefined => address.get(name) ?? undefined;
  const status = STATES.find((state) => state === told('status'));
  const sort = (SORTS.find(({ value }) => value === told('sort'))?.value ?? 'care') as ConnectionSearch['sort'];
  const [apiService, search] = [told('apiService'), told('search')];
  return {
    search: { sort, ...(apiService && { apiService }), ...(status && { status }), ...(search && { search }) },
    set,
  };
}
