import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBellRinging, IconDots, IconLink, IconPlugConnected, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentials } from '../../client/credentials';
import { problemOf, told } from '../../client/problem';
import { useMay } from '../../frame/session';
import type { Connection } from '../queries';
import { Revocation } from './revocation';

interface Said {
  title: string;
  message: string;
  good: boolean;
}

/** What an operator can do to a connection; nothing for those who may only look. */
export function ConnectionActions({ of, onLink }: { of: Connection; onLink: () => void }) {
  const operator = useMay('admin', 'operator');
  const [revoking, setRevoking] = useState(false);
  const { refresh, test, notice } = useActions(of);
  if (!operator) return <span className="soft small">Your role may look at it, and change nothing.</span>;
  const over = of.status === 'revoked' || of.status === 'pending' || of.status === 'reauthorization_required';
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} />}
        loading={test.isPending}
        disabled={over}
        onClick={() => test.mutate()}
      >
        Test
      </Button>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={refresh.isPending}
        disabled={over || !of.refreshable}
        onClick={() => refresh.mutate()}
      >
        Refresh
      </Button>
      <Button leftSection={<IconLink size={16} />} onClick={onLink}>
        {of.version > 0 ? 'Reauthorize' : 'Make a link'}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconBellRinging size={16} />} onClick={() => notice.mutate()}>
            Send a notice
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            disabled={of.status === 'revoked'}
            onClick={() => setRevoking(true)}
          >
            Revoke…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {revoking && <Revocation of={of} onClose={() => setRevoking(false)} />}
    </>
  );
}

function useActions(of: Connection) {
  const path = { params: { path: { id: of.id } } };
  const refresh = useAction(of, async () => {
    const { outcome, hint, version } = await told(
      credentials.POST('/v1/connections/{id}/refresh', { ...path, body: {} }),
    );
    return {
      title: REFRESHED[outcome] ?? outcome,
      message: hint ?? `The token’s version is ${version}.`,
      good: outcome !== 'failed',
    };
  });
  const test = useAction(of, async () => {
    const { ok, detail, hint } = await told(credentials.POST('/v1/connections/{id}/test', path));
    return {
      title: ok ? 'The token works' : 'The test failed',
      message: ok ? detail : [detail, hint].filter(Boolean).join(' '),
      good: ok,
    };
  });
  const notice = useAction(of, async () => {
    const { created } = await told(credentials.POST('/v1/connections/{id}/notices', { ...path, body: {} }));
    return {
      title: created ? 'Notice sent' : 'A notice is open already',
      message: `${of.user} is asked to reauthorize.`,
      good: true,
    };
  });
  return { refresh, test, notice };
}

const REFRESHED: Record<string, string> = {
  rotated: 'Rotated',
  already_rotated: 'It was rotated already',
  in_progress: 'A refresh is under way',
  not_refreshable: 'It can’t be refreshed',
  failed: 'The refresh failed',
};

function useAction(of: Connection, act: () => Promise<Said>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: ({ title, message, good }) => void notifications.show({ title, message, color: good ? 'blue' : 'red' }),
    onError: (error) => {
      const { title, detail, hint } = problemOf(error);
      notifications.show({ title, message: hint ?? detail, color: 'red', autoClose: 10_000 });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['connection', of.id] }),
  });
}
