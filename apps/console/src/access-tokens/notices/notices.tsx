import { Select, TextInput } from '@mantine/core';
import { Link } from 'react-router';
import { useNames } from '../../access/who';
import { useAddress } from '../../frame/address';
import { useSession } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { More } from '../../parts/more';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { lookOf, State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { NoticeWays } from '../../parts/notice-ways';
import { When } from '../../parts/when';
import { type Notice, type NoticeSearch, useNotices } from '../queries';

const STATES: Notice['state'][] = ['open', 'sent', 'closed'];
/** The server looks for slugs only; half of one is no filter yet. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

const COLUMNS: Column<Notice>[] = [
  {
    name: 'User',
    cell: ({ user, connectionId, apiService }) => (
      <span className="two-lines">
        <Link className="row-link break" to={`/?connection=${connectionId}`}>
          {user}
        </Link>
        <small>{apiService}</small>
      </span>
    ),
  },
  { name: 'State', cell: (notice) => <StateAndWhen of={notice} /> },
  { name: 'Why', prose: true, cell: ({ reason }) => <span className="break">{reason}</span> },
  { name: 'Told by', prose: true, cell: ({ channels }) => <NoticeWays of={channels} /> },
  { name: 'Asked for by', cell: ({ requestedBy }) => <AskedBy of={requestedBy} /> },
  { name: 'Opened', cell: ({ openedAt }) => <When at={openedAt} /> },
];

/** Keys and people of credentials have names there alone. */
const ELSEWHERE = /^(key|person|subject):/;
const OURS: Record<string, string> = { rotation: 'a refresh that failed', forecast: 'the forecast' };

function AskedBy({ of }: { of: Notice['requestedBy'] }) {
  const name = useNames();
  if (of === null) return <span className="soft">somebody else</span>;
  if (ELSEWHERE.test(of)) return <span title={of}>somebody in credentials</span>;
  return <span title={of}>{OURS[of] ?? name(of)}</span>;
}

const StateAndWhen = ({ of: { state, sentAt, closedAt, closedBecause } }: { of: Notice }) => (
  <span className="two-lines">
    <span>
      <State of={state} />
    </span>
    {state === 'sent' && (
      <small>
        nobody acted on it since <When at={sentAt} />
      </small>
    )}
    {state === 'closed' && (
      <small>
        {closedBecause ?? 'why is not known'}, <When at={closedAt} />
      </small>
    )}
  </span>
);

/** Whose token stops, or has stopped, until a person does something: as far as the role may know. */
export function Notices() {
  const { role } = useSession();
  const [address, set] = useAddress<keyof NoticeSearch>();
  const search = searchIn(address);
  const notices = useNotices(search);
  const rows = notices.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Notices"
      aside={<span className="live">live</span>}
      about="Who was asked to reauthorize, why, and whether they did. Where a notice went, and the link in it, stays in credentials."
    >
      <Trouble error={notices.error} />
      <Card flush>
        <div className="filters" role="search">
          <Select
            label="State"
            placeholder="All"
            clearable
            data={STATES.map((value) => ({ value, label: lookOf(value).label }))}
            value={search.state ?? null}
            onChange={(value) => set('state', value)}
          />
          <TextInput
            label="API service"
            placeholder="All, or one’s slug"
            value={address.get('apiService') ?? ''}
            onChange={(event) => set('apiService', event.currentTarget.value.trim())}
          />
          <TextInput
            className="grow"
            label="User"
            placeholder="The user’s whole id"
            value={address.get('user') ?? ''}
            onChange={(event) => set('user', event.currentTarget.value.trim())}
          />
        </div>
        {notices.isPending && <Loading />}
        {rows.length > 0 && <Table label="Notices" columns={COLUMNS} rows={rows} id={({ id }) => id} />}
        {notices.isSuccess && rows.length === 0 && (
          <Empty title="Nobody had to be asked">
            A notice begins when a grant dies, or is about to; or when{' '}
            {role === 'consumer' ? 'you ask' : 'a consumer asks'} for one by{' '}
            <code>POST /v1/tokens/:apiService/:user/notices</code>.
          </Empty>
        )}
        {notices.hasNextPage && (
          <div className="table-foot">
            <span>{rows.length} shown</span>
            <More of={notices} label="Older notices" />
          </div>
        )}
      </Card>
    </Page>
  );
}

function searchIn(address: URLSearchParams): NoticeSearch {
  const state = STATES.find((one) => one === address.get('state'));
  const [apiService, user] = [address.get('apiService') ?? '', address.get('user') ?? ''];
  return { ...(state && { state }), ...(SLUG.test(apiService) && { apiService }), ...(user && { user }) };
}
