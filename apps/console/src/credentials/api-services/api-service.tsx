import { Tabs } from '@mantine/core';
import { useParams, useSearchParams } from 'react-router';
import { useMay } from '../../frame/session';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { When } from '../../parts/when';
import { type ApiService, useApiService } from '../queries';
import { DryRun } from './dry-run';
import { FrozenEndpoints } from './frozen-endpoints';
import { Retirement } from './retirement';
import { ScopesChange } from './changes';
import { ClientSecrets } from './client-secrets';
import { FurtherSecrets } from './further-secrets';
import { ManifestChange } from './manifest-change';
import { ServiceConnections } from './service-connections';
import { ServiceOverview } from './service-overview';

const TABS = ['overview', 'connections', 'client', 'manifest', 'requests'] as const;

export function ApiServicePage() {
  const { slug } = useParams();
  const [address, setAddress] = useSearchParams();
  const apiService = useApiService(slug!);
  const tab = TABS.find((name) => name === address.get('tab')) ?? 'overview';
  if (apiService.isPending) return <Loading />;
  if (!apiService.data) return <Trouble error={apiService.error} />;
  const of = apiService.data;
  return (
    <Page
      title={of.name}
      under={{ to: '/api-services', label: 'API services' }}
      aside={<State of={of.status} />}
      actions={<Retirement of={of} />}
    >
      <FrozenEndpoints of={of} />
      <ClientHealth of={of} />
      <Tabs value={tab} onChange={(name) => setAddress({ tab: name! }, { replace: true })} keepMounted={false}>
        <Tabs.List mb={16}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="connections">Connections</Tabs.Tab>
          <Tabs.Tab value="client">Client</Tabs.Tab>
          <Tabs.Tab value="manifest">Manifest</Tabs.Tab>
          <Tabs.Tab value="requests">Requests</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview">
          <ServiceOverview of={of} />
        </Tabs.Panel>
        <Tabs.Panel value="connections">
          <ServiceConnections slug={of.slug} />
        </Tabs.Panel>
        <Tabs.Panel value="client">
          <Client of={of} />
        </Tabs.Panel>
        <Tabs.Panel value="manifest">
          <ManifestChange of={of} />
        </Tabs.Panel>
        <Tabs.Panel value="requests">
          <Card title="Each request, as it would be sent">
            <DryRun slug={of.slug} />
          </Card>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ClientHealth({ of: { fault } }: { of: ApiService }) {
  if (!fault) return null;
  return (
    <Note tone="warn">
      <strong>The provider refuses our client.</strong>
      <p>{fault.detail}</p>
      <p>{fault.hint}</p>
      <p className="soft small">
        Since <When at={fault.since} />. Its connections wait, unharmed; it is tried again every few minutes.
      </p>
    </Note>
  );
}

function Client({ of }: { of: ApiService }) {
  const admin = useMay('admin');
  return (
    <div className="two">
      <div className="stack">
        <ClientSecrets of={of} />
        <FurtherSecrets of={of} />
      </div>
      <Card title="Scopes">{admin ? <ScopesChange of={of} /> : <p>{of.scopes.join(' ') || 'none named'}</p>}</Card>
    </div>
  );
}
