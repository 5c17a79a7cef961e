import { Select } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useNames } from '../../access/who';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { lookOf, State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { NoticeWays } from '../../parts/notice-ways';
import { When } from '../../parts/when';
import { Whose } from '../connections/whose';
import { type Notice, useNotices } from '../queries';

const STATES: Notice['state'][] = ['open', 'sent', 'closed'];

const COLUMNS: Column<Notice>[] = [
  { name: 'User', cell: ({ connectionId, user, apiService }) => <Whose id={connectionId} {...{ user, apiService }} /> },
  { name: 'State', cell: ({ state, closedBecause }) => <NoticeState of={state} because={closedBecause} /> },
  { name: 'Why', prose: true, cell: ({ reason, requestedBy }) => <Why reason={reason} by={requestedBy} /> },
  { name: 'Told by', prose: true, cell: ({ deliveries }) => <NoticeWays of={deliveries} /> },
  { name: 'Asked', cell: ({ createdAt }) => <When at={createdAt} /> },
];

const NoticeState = ({ of, because }: { of: string; because: string | null }) => (
  <span className="row">
    <State of={of} />
    {because && <span className="small soft">{because}</span>}
  </span>
);

/** What Lockkeeper asks for by itself says so in its reason. */
const OURS = new Set(['rotation', 'forecast']);

function Why({ reason, by }: { reason: string; by: string }) {
  const name = useNames();
  return (
    <span className="two-lines">
      <span className="break">{reason}</span>
      {!OURS.has(by) && <small title={by}>asked for by {name(by)}</small>}
    </span>
  );
}

/** Who was asked to reauthorize, by which ways, and whether they did. */
export function Notices() {
  const [address, setAddress] = useSearchParams();
  const state = STATES.find((one) => one === address.get('state'));
  const notices = useNotices(state ? { state } : {});
  const rows = notices.data?.items ?? [];
  return (
    <Page
      title="Notices"
      aside={<span className="live">live</span>}
      about="Who was asked to reauthorize, by which ways, and whether they did."
    >
      <Trouble error={notices.error} />
      <Card flush>
        <div className="filters">
          <Select
            label="State"
            placeholder="All"
            clearable
            data={STATES.map((value) => ({ value, label: lookOf(value).label }))}
            value={state ?? null}
            onChange={(value) => setAddress(value ? { state: value } : {}, { replace: true })}
          />
        </div>
        {notices.isPending && <Loading />}
        {rows.length > 0 && <Table label="Notices" columns={COLUMNS} rows={rows} id={({ id }) => id} />}
        {notices.isSuccess && rows.length === 0 && (
          <Empty title="Nobody had to be asked">
            A notice begins when a grant dies, or is about to; or a connection’s page sends one.
          </Empty>
        )}
      </Card>
    </Page>
  );
}
