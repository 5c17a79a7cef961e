import { Button } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { NoticeWays } from '../../parts/notice-ways';
import { type Connection, useNotices } from '../queries';

const REASON = 'You are asked to connect this account.';

/** The link by the ways of its API service instead of by hand: with a message that says who asks, and a link of its own that lives longer. */
export function AsNotice({ of }: { of: Connection }) {
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () =>
      told(
        credentials.POST('/v1/connections/{id}/notices', {
          params: { path: { id: of.id } },
          body: of.status === 'pending' ? { reason: REASON } : {},
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['notices'] }),
  });
  if (send.data) return <Sent of={of} created={send.data.created} />;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        loading={send.isPending}
        onClick={() => send.mutate()}
      >
        Send as notice
      </Button>
      <Trouble error={send.error} />
    </>
  );
}

/** By which ways it went out, or why it did not: told as soon as it is known. */
function Sent({ of, created }: { of: Connection; created: boolean }) {
  const [newest] = useNotices({ connection: of.id }, 1).data?.items ?? [];
  return (
    <Note tone={created ? 'good' : 'info'}>
      <strong>
        {created ? `${of.user} is asked by a notice.` : 'A notice went out already, less than a day ago.'}
      </strong>
      {newest && <NoticeWays of={newest.deliveries} />}
      <Link to="/notices">Notices</Link>
    </Note>
  );
}
