import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { type Connection, useConnections } from '../queries';
import { Death } from '../connections/death';

const SHOWN = 20;
const COLUMNS: Column<Connection>[] = [
  {
    name: 'User',
    cell: ({ id, user }) => (
      <Link className="row-link break" to={`/connections/${id}`}>
        {user}
      </Link>
    ),
  },
  { name: 'State', cell: ({ status }) => <State of={status} /> },
  { name: 'Token expires', cell: ({ expiresAt }) => <When at={expiresAt} none="—" /> },
  { name: 'Dies', cell: (connection) => <Death of={connection} /> },
];

/** Those who need care first; the rest is one click away. */
export function ServiceConnections({ slug }: { slug: string }) {
  const connections = useConnections({ apiService: slug, sort: 'care' }, SHOWN);
  const rows = connections.data?.pages[0]?.items ?? [];
  return (
    <Card flush>
      <Trouble error={connections.error} />
      {connections.isPending && <Loading />}
      {rows.length > 0 && <Table label="Its connections" columns={COLUMNS} rows={rows} id={({ id }) => id} />}
      {connections.isSuccess && rows.length === 0 && (
        <Empty
          title="No connection yet"
          action={
            <Button component={Link} to={`/connections?apiService=${slug}`}>
              Make one
            </Button>
          }
        >
          A connection is one user’s grant at this API service.
        </Empty>
      )}
      {rows.length > 0 && (
        <div className="table-foot">
          <Link to={`/connections?apiService=${slug}`}>All of its connections</Link>
        </div>
      )}
    </Card>
  );
}
