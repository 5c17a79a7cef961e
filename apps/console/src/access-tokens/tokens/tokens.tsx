import { Drawer, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useAddress } from '../../frame/address';
import { useSession } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { More } from '../../parts/more';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { type TokenState, useToken, useTokens } from '../queries';
import { TokenDetails } from './token-details';

/** The server looks for slugs only; half of one is no filter yet. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What there is to read: states, never tokens. */
export function Tokens() {
  const [address, set] = useAddress();
  const { role } = useSession();
  const [apiService, search] = [address.get('apiService') ?? '', address.get('search') ?? ''];
  const tokens = useTokens({ ...(SLUG.test(apiService) && { apiService }), ...(search && { search }) });
  const rows = tokens.data?.pages.flatMap(({ items }) => items) ?? [];
  const opened = useOpened(rows, address.get('connection'));
  return (
    <Page
      title="Tokens"
      aside={<span className="live">live</span>}
      about="What credentials has published: by API service and user. The tokens themselves are not shown."
    >
      <Trouble error={tokens.error} />
      <Card flush>
        <Filters apiService={apiService} search={search} set={set} />
        {tokens.isPending && <Loading />}
        {rows.length > 0 && (
          <Table
            label="Tokens"
            columns={columns(role, (id) => set('connection', id))}
            rows={rows}
            id={({ connectionId }) => connectionId}
          />
        )}
        {tokens.isSuccess && rows.length === 0 && <NoRow filtered={Boolean(apiService || search)} />}
        <div className="table-foot">
          <span>{rows.length} shown</span>
          <More of={tokens} />
        </div>
      </Card>
      <Drawer
        opened={opened !== undefined}
        onClose={() => set('connection', null)}
        position="right"
        size="md"
        title={opened?.user}
      >
        {opened && <TokenDetails of={opened} />}
      </Drawer>
    </Page>
  );
}

/** The one that the address names, on whichever page of the list it is. */
function useOpened(rows: TokenState[], connection: string | null): TokenState | undefined {
  const shown = rows.find(({ connectionId }) => connectionId === connection);
  const elsewhere = useToken(shown ? null : connection);
  return shown ?? elsewhere.data?.items[0];
}

interface FiltersProps {
  apiService: string;
  search: string;
  set: (name: string, value: string | null) => void;
}

const Filters = ({ apiService, search, set }: FiltersProps) => (
  <div className="filters" role="search">
    <TextInput
      className="grow"
      label="User"
      placeholder="Part of the user’s id"
      leftSection={<IconSearch size={15} />}
      value={search}
      onChange={(event) => set('search', event.currentTarget.value || null)}
    />
    <TextInput
      label="API service"
      placeholder="All, or one’s slug"
      value={apiService}
      onChange={(event) => set('apiService', event.currentTarget.value.trim() || null)}
    />
  </div>
);

function columns(role: string, open: (connectionId: string) => void): Column<TokenState>[] {
  const all: Column<TokenState>[] = [
    {
      name: 'User',
      cell: ({ user, connectionId }) => (
        <button type="button" className="row-open break" onClick={() => open(connectionId)}>
          {user}
        </button>
      ),
    },
    { name: 'API service', cell: ({ apiService }) => apiService },
    { name: 'State', cell: ({ status, reason }) => <StateAndWhy status={status} reason={reason} /> },
    { name: 'Version', end: true, cell: ({ version }) => version },
    { name: 'Expires', cell: ({ expiresAt }) => <When at={expiresAt} none="unknown" /> },
  ];
  if (role !== 'consumer') all.push({ name: 'Last read', cell: ({ lastRead }) => <LastRead of={lastRead} /> });
  return all;
}

const StateAndWhy = ({ status, reason }: Pick<TokenState, 'status' | 'reason'>) => (
  <span className="two-lines">
    <span>
      <State of={status} />
    </span>
    {reason && <small>{reason}</small>}
  </span>
);

/** The last consumer that got a token of it: an old version in its hands is said so. */
function LastRead({ of }: { of: TokenState['lastRead'] }) {
  if (!of) return <span className="soft">by nobody yet</span>;
  return (
    <span className="two-lines">
      <Link className="row-link break" to={`/consumers/${of.consumerId}`}>
        {of.consumerName ?? 'a removed consumer'}
      </Link>
      <small>
        version {of.version}, <When at={of.at} />
      </small>
    </span>
  );
}

function NoRow({ filtered }: { filtered: boolean }) {
  return filtered ? <Empty title="None fits">No token fits these filters.</Empty> : <NothingYet />;
}

function NothingYet() {
  const { role } = useSession();
  return (
    <Empty title="Nothing to read yet">
      {role === 'consumer'
        ? 'This consumer’s entitlements cover no connection. An admin of this workspace can widen them.'
        : 'A token appears here by itself as soon as somebody has consented in the credentials workspace.'}
    </Empty>
  );
}
