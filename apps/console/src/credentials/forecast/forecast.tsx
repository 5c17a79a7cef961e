import { Select } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useAddress } from '../../frame/address';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { More } from '../../parts/more';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { dayOf, When } from '../../parts/when';
import { Whose } from '../connections/whose';
import { useApiServices } from '../queries';
import { type Death, type ForecastSearch, useDeaths, useDeathsByWeek } from './deaths';

const DeathsChart = lazy(() => import('./deaths-chart'));

const WITHIN = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
];
const CAUSES: { value: NonNullable<ForecastSearch['cause']>; label: string }[] = [
  { value: 'refresh_token_expires', label: 'Refresh token expires' },
  { value: 'idle', label: 'Unused for too long' },
  { value: 'grant_ends', label: 'Grant ends' },
  { value: 'access_token_expires', label: 'Can’t be refreshed' },
];
const PREVENTED: { value: NonNullable<ForecastSearch['avoidable']>; label: string }[] = [
  { value: 'false', label: 'Its user alone' },
  { value: 'true', label: 'Its refreshes' },
];

const COLUMNS: Column<Death>[] = [
  { name: 'User', cell: ({ connectionId, user, apiService }) => <Whose id={connectionId} {...{ user, apiService }} /> },
  { name: 'State', cell: ({ status }) => <State of={status} /> },
  { name: 'Dies', cell: ({ diesAt }) => <DiesAt moment={diesAt} /> },
  { name: 'Why', prose: true, cell: ({ because }) => <span className="small soft break">{because}</span> },
  {
    name: 'Prevented by',
    cell: ({ avoidable }) => <span className="nowrap">{avoidable ? 'its refreshes' : 'its user alone'}</span>,
  },
  { name: 'Announced', cell: ({ foretoldDays }) => announced(foretoldDays) },
];

/** So far away that people want the day, too. */
const DiesAt = ({ moment }: { moment: string }) => (
  <span className="two-lines">
    <When at={moment} />
    <small>{dayOf(moment)}</small>
  </span>
);

const announced = (days: number | null) =>
  days === null ? <span className="soft">not yet</span> : `${days} day${days === 1 ? '' : 's'} before`;

/** When connections die if nothing happens: seen early enough to do something about it. */
export function Forecast() {
  const { search, set } = useSearch();
  return (
    <Page
      title="Forecast"
      about="When each connection dies if nothing happens, and why. What its refreshes keep alive is no worry; the rest needs its user."
    >
      <Weeks search={search} />
      <Card flush>
        <Filters search={search} set={set} />
        <Deaths search={search} />
      </Card>
    </Page>
  );
}

function Weeks({ search }: { search: ForecastSearch }) {
  const weeks = useDeathsByWeek(search);
  const groups = weeks.data?.groups ?? [];
  if (groups.length === 0) return null;
  return (
    <Card title="By week">
      <Suspense fallback={<Loading lines={5} />}>
        <DeathsChart groups={groups} />
      </Suspense>
    </Card>
  );
}

function Deaths({ search }: { search: ForecastSearch }) {
  const deaths = useDeaths(search);
  const rows = deaths.data?.pages.flatMap(({ items }) => items) ?? [];
  if (deaths.isError) return <Trouble error={deaths.error} />;
  if (deaths.isPending) return <Loading />;
  if (rows.length === 0) {
    return (
      <Empty title="Nothing dies in this time">
        Only what can be foreseen stands here: a refresh token’s end, a grant’s, or a token that can’t be refreshed.
        What a provider ends without warning shows under Connections, in who needs care.
      </Empty>
    );
  }
  return (
    <>
      <Table label="Forecast" columns={COLUMNS} rows={rows} id={({ connectionId }) => connectionId} />
      <div className="table-foot">
        <span>{rows.length.toLocaleString('en')} shown, who dies first comes first</span>
        <More of={deaths} />
      </div>
    </>
  );
}

interface FiltersProps {
  search: ForecastSearch;
  set: (name: keyof ForecastSearch, value: string | null) => void;
}

function Filters({ search, set }: FiltersProps) {
  const apiServices = useApiServices().data?.items ?? [];
  return (
    <div className="filters" role="search">
      <Select
        label="Dies within"
        placeholder="Any time"
        clearable
        data={WITHIN}
        value={search.withinDays ? String(search.withinDays) : null}
        onChange={(value) => set('withinDays', value)}
      />
      <Select
        label="Prevented by"
        placeholder="Either"
        clearable
        data={PREVENTED}
        value={search.avoidable ?? null}
        onChange={(value) => set('avoidable', value)}
      />
      <Select
        label="Why"
        placeholder="All"
        clearable
        data={CAUSES}
        value={search.cause ?? null}
        onChange={(value) => set('cause', value)}
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
    </div>
  );
}

/** Filters live in the address; what stands there and means nothing is left out. */
function useSearch(): FiltersProps {
  const [address, set] = useAddress<keyof ForecastSearch>();
  const known = <Value extends string>(name: string, all: { value: Value }[]): Value | undefined =>
    all.find(({ value }) => value === address.get(name))?.value;
  const [cause, avoidable, within] = [
    known('cause', CAUSES),
    known('avoidable', PREVENTED),
    known('withinDays', WITHIN),
  ];
  const apiService = address.get('apiService');
  return {
    search: {
      ...(apiService && { apiService }),
      ...(cause && { cause }),
      ...(avoidable && { avoidable }),
      ...(within && { withinDays: Number(within) }),
    },
    set,
  };
}
