import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { type ApiService, useApiServices } from '../queries';

const COLUMNS: Column<ApiService>[] = [
  {
    name: 'Name',
    cell: ({ slug, name }) => (
      <Link className="row-link break" to={`/api-services/${slug}`}>
        {name}
      </Link>
    ),
  },
  { name: 'Slug', cell: ({ slug }) => <code>{slug}</code> },
  { name: 'Client', cell: ({ status }) => <State of={status} /> },
  { name: 'Client id', cell: ({ clientId }) => <span className="mono break">{clientId}</span> },
  { name: 'Secret changed', cell: ({ clientSecret }) => <When at={clientSecret?.changedAt} none="no secret" /> },
];

export function ApiServices() {
  const admin = useMay('admin');
  const apiServices = useApiServices();
  const add = admin && (
    <Button component={Link} to="/api-services/new" leftSection={<IconPlus size={16} />}>
      Add an API service
    </Button>
  );
  return (
    <Page title="API services" about="Third-party APIs that we hold client credentials for." actions={add}>
      <Trouble error={apiServices.error} />
      <Card flush>
        {apiServices.isPending && <Loading />}
        {apiServices.data && apiServices.data.items.length > 0 && (
          <Table label="API services" columns={COLUMNS} rows={apiServices.data.items} id={({ slug }) => slug} />
        )}
        {apiServices.data?.items.length === 0 && (
          <Empty title="No API service yet" action={add}>
            Register Lockkeeper at the other company as an OAuth client, then tell us the client’s id and secret.
          </Empty>
        )}
      </Card>
    </Page>
  );
}
