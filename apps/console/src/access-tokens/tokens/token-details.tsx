import { Button } from '@mantine/core';
import { IconEye, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { CopyLine } from '../../parts/copy';
import { Note } from '../../parts/note';
import { Facts } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import type { TokenState } from '../queries';

export function TokenDetails({ of }: { of: TokenState }) {
  const staff = useMay('admin', 'auditor');
  return (
    <div className="stack">
      <Facts
        of={[
          ['API service', of.apiService],
          ['State', <State key="s" of={of.status} />],
          ['Version', of.version],
          ['Expires', <When key="e" at={of.expiresAt} none="unknown" />],
          ['Scope', of.scope ?? 'never told'],
          ['Carried to', of.apiBaseUrls.length > 0 ? of.apiBaseUrls.join(', ') : 'nowhere by the proxy: no base URL'],
          ['Connection', <code key="c">{of.connectionId}</code>],
          ...(of.reason ? [['Why', of.reason] as [string, string]] : []),
        ]}
      />
      {staff ? <Exposure connection={of.connectionId} /> : <Reading of={of} />}
    </div>
  );
}

type Read = Schema['ExposureView'];
const COLUMNS: Column<Read>[] = [
  { name: 'Consumer', cell: ({ consumerName, consumerId }) => consumerName ?? <code>{consumerId}</code> },
  { name: 'Version', cell: ({ version, currentVersion }) => <Version of={version} current={currentVersion} /> },
  { name: 'Reads', end: true, cell: ({ reads }) => reads.toLocaleString('en') },
  { name: 'Last read', cell: ({ lastAt }) => <When at={lastAt} /> },
];

const Version = ({ of, current }: { of: number; current: number | null }) => (
  <>
    {of}
    {current !== null && of < current && <span className="soft small"> (replaced)</span>}
  </>
);

/** Who got which version, written down before the token left. */
function Exposure({ connection }: { connection: string }) {
  const exposures = useQuery({
    queryKey: ['exposures', connection],
    queryFn: () => told(accessTokens.GET('/v1/exposures', { params: { query: { connection, limit: 50 } } })),
  });
  const rows = exposures.data?.items ?? [];
  return (
    <section className="stack-tight">
      <h2>Who read it</h2>
      <Trouble error={exposures.error} />
      {rows.length > 0 && (
        <Table label="Who read it" columns={COLUMNS} rows={rows} id={(row) => `${row.consumerId} ${row.version}`} />
      )}
      {exposures.isSuccess && rows.length === 0 && <p className="soft">Nobody has read it yet.</p>}
      <p className="soft small">
        Your role decides who may read tokens, and can’t read one: only a consumer’s key can.
      </p>
    </section>
  );
}

/** Only with a consumer's key, only on a click, and that is written down like every other read. */
function Reading({ of: { apiService, user } }: { of: TokenState }) {
  const queries = useQueryClient();
  const path = { params: { path: { apiService, user } } };
  const show = useMutation({
    mutationFn: () => told(accessTokens.GET('/v1/tokens/{apiService}/{user}', path)),
    gcTime: 0,
  });
  const refresh = useMutation({
    mutationFn: (supersedes: number) =>
      told(accessTokens.POST('/v1/tokens/{apiService}/{user}/refresh', { ...path, body: { supersedes } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <section className="stack">
      <Note>Showing the token counts as reading it: who got which version is recorded.</Note>
      <div className="row">
        <Button
          variant="default"
          leftSection={<IconEye size={16} />}
          loading={show.isPending}
          onClick={() => show.mutate()}
        >
          Show the token
        </Button>
        {show.data && (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={refresh.isPending}
            onClick={() => refresh.mutate(show.data.version)}
          >
            Replace version {show.data.version}
          </Button>
        )}
      </div>
      <Trouble error={show.error ?? refresh.error} />
      {show.data && <CopyLine label="Access token" text={show.data.accessToken} />}
    </section>
  );
}
