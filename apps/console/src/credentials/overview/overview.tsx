import { Button, SegmentedControl } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { StateTiles, Tile } from '../connections/state-tiles';
import { Whose } from '../connections/whose';
import { type Death as DeathAhead, useDeaths } from '../forecast/deaths';
import { type ApiService, type Notice, useApiServices, useNotices, useStatistics } from '../queries';

const RotationChart = lazy(() => import('./rotation-chart'));
const SPANS = [
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
];

/** How it goes: asked again every few seconds, while somebody looks. */
export function Overview() {
  const [address, setAddress] = useSearchParams();
  const hours = SPANS.find(({ value }) => value === address.get('hours'))?.value ?? '24';
  const statistics = useStatistics(Number(hours));
  const apiServices = useApiServices();
  if (apiServices.data?.items.length === 0) return <FirstSteps />;
  return (
    <Page
      title="Overview"
      aside={<span className="live">live</span>}
      about="What lives, what fails, and what dies next."
    >
      <Trouble error={statistics.error} />
      <Numbers statistics={statistics.data} />
      <ClientsAtFault all={apiServices.data?.items ?? []} />
      <Card
        title="Rotations"
        actions={
          <SegmentedControl
            size="xs"
            data={SPANS}
            value={hours}
            onChange={(value) => setAddress({ hours: value }, { replace: true })}
            aria-label="How far back"
          />
        }
      >
        <Suspense fallback={<Loading lines={6} />}>
          {statistics.data ? <RotationChart rotations={statistics.data.rotations} /> : <Loading lines={6} />}
        </Suspense>
      </Card>
      <div className="two">
        <DiesNext />
        <OpenNotices />
      </div>
    </Page>
  );
}

type Numbers = NonNullable<ReturnType<typeof useStatistics>['data']>;

function Numbers({ statistics }: { statistics: Numbers | undefined }) {
  return (
    <StateTiles counts={statistics?.connections}>
      <Tile to="/api-services" state="client_fault" label="Clients at fault" count={statistics?.clientsAtFault} />
      <Tile to="/notices" state="sent" label="Open notices" count={statistics?.openNotices} />
    </StateTiles>
  );
}

interface ClientTrouble {
  slug: string;
  name: string;
  detail: string;
  hint: string | null;
  since: string;
}

/** Refused by its provider, or frozen because its issuer names other endpoints. */
function troubleOf({ slug, name, fault, frozen }: ApiService): ClientTrouble | null {
  if (frozen) {
    const { detail, since } = frozen;
    return { slug, name, detail, hint: 'Compare what changed, and accept or refuse it.', since };
  }
  return fault && { slug, name, detail: fault.detail, hint: fault.hint, since: fault.since };
}

function ClientsAtFault({ all }: { all: ApiService[] }) {
  const faulty = all.flatMap((apiService) => troubleOf(apiService) ?? []);
  if (faulty.length === 0) return null;
  const columns: Column<ClientTrouble>[] = [
    {
      name: 'API service',
      cell: ({ slug, name }) => (
        <Link className="row-link" to={`/api-services/${slug}`}>
          {name}
        </Link>
      ),
    },
    { name: 'What is wrong', prose: true, cell: ({ detail }) => detail },
    { name: 'What to do', prose: true, cell: ({ hint }) => <span className="small soft">{hint}</span> },
    { name: 'Since', cell: ({ since }) => <When at={since} /> },
  ];
  return (
    <Card title="Clients at fault" flush>
      <Table label="Clients at fault" columns={columns} rows={faulty} id={({ slug }) => slug} />
    </Card>
  );
}

const DYING: Column<DeathAhead>[] = [
  { name: 'User', cell: ({ connectionId, user, apiService }) => <Whose id={connectionId} {...{ user, apiService }} /> },
  { name: 'Dies', cell: ({ diesAt }) => <When at={diesAt} /> },
  { name: 'Why', prose: true, cell: ({ because }) => <span className="small soft">{because}</span> },
];
const FEW = 6;

/** What its refreshes keep alive is no worry, and is not here. */
function DiesNext() {
  const deaths = useDeaths({ avoidable: 'false' }, FEW);
  const rows = deaths.data?.pages[0]?.items ?? [];
  return (
    <Card title="Dies next" flush actions={<Link to="/forecast">Forecast</Link>}>
      <Trouble error={deaths.error} />
      {rows.length > 0 && (
        <Table label="Dies next" columns={DYING} rows={rows} id={({ connectionId }) => connectionId} />
      )}
      {deaths.isSuccess && rows.length === 0 && (
        <Empty title="Nothing dies that needs a person">
          A connection whose refreshes can’t keep it alive stands here long before it dies.
        </Empty>
      )}
    </Card>
  );
}

const ASKED: Column<Notice>[] = [
  { name: 'User', cell: ({ connectionId, user, apiService }) => <Whose id={connectionId} {...{ user, apiService }} /> },
  { name: 'Asked', cell: ({ createdAt }) => <When at={createdAt} /> },
  { name: 'Why', prose: true, cell: ({ reason }) => <span className="small soft break">{reason}</span> },
];

function OpenNotices() {
  // `sent` is open still: it went out, and nobody acted on it.
  const [open, sent] = [useNotices({ state: 'open' }, FEW), useNotices({ state: 'sent' }, FEW)];
  const rows = [...(open.data?.items ?? []), ...(sent.data?.items ?? [])].slice(0, FEW);
  return (
    <Card title="Open notices" flush actions={<Link to="/notices">All notices</Link>}>
      <Trouble error={open.error ?? sent.error} />
      {rows.length > 0 && <Table label="Open notices" columns={ASKED} rows={rows} id={({ id }) => id} />}
      {open.isSuccess && sent.isSuccess && rows.length === 0 && (
        <Empty title="Nobody is asked for anything">
          Whoever has to consent again is asked by a notice, and stands here until they have.
        </Empty>
      )}
    </Card>
  );
}

function FirstSteps() {
  const admin = useMay('admin');
  return (
    <Page title="Overview">
      <section className="card">
        <Empty
          title="Begin with an API service"
          action={
            admin && (
              <Button component={Link} to="/api-services/new">
                Add an API service
              </Button>
            )
          }
        >
          Pick one of more than a hundred from the catalogue, or describe your own. Then make a connection, send its
          user a link, and let a program read the token from the access-tokens workspace.
        </Empty>
      </section>
    </Page>
  );
}
