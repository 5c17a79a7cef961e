import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accessTokens } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { CopyLine } from '../../parts/copy';
import { Note } from '../../parts/note';
import { Facts } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { When } from '../../parts/when';
import type { Webhook } from '../queries';

interface WebhookActionsProps {
  of: Webhook;
  onSecret: (secret: string | null) => void;
}

/** One webhook: how it is signed, and what an admin can do to it. */
export function WebhookActions({ of, onSecret }: WebhookActionsProps) {
  const admin = useMay('admin');
  return (
    <div className="stack">
      {of.disabledBecause && (
        <Note tone="warn">
          <strong>Nothing is posted to it: {of.disabledBecause}</strong>
        </Note>
      )}
      <Facts
        of={[
          [
            'Address',
            <span key="u" className="mono">
              {of.url}
            </span>,
          ],
          ['State', <State key="s" of={of.status} />],
          ['Signed by', of.scheme === 'ed25519' ? 'a key of ours (Ed25519)' : 'a shared secret (HMAC SHA-256)'],
          ...(of.previousSecretUntil
            ? [['Old key signs too', <When key="o" at={of.previousSecretUntil} />] as [string, React.ReactNode]]
            : []),
        ]}
      />
      {of.publicKey && <CopyLine label="Public key" text={of.publicKey} />}
      {admin && <Changes of={of} onSecret={onSecret} />}
    </div>
  );
}

const OVERLAP_SECONDS = 86_400;

function Changes({ of, onSecret }: WebhookActionsProps) {
  const queries = useQueryClient();
  const path = { params: { path: { id: of.id } } };
  const [removing, setRemoving] = useState(false);
  const again = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const amend = useMutation({
    mutationFn: (enabled: boolean) => told(accessTokens.PATCH('/v1/webhooks/{id}', { ...path, body: { enabled } })),
    onSuccess: again,
  });
  const renew = useMutation({
    mutationFn: () =>
      told(accessTokens.POST('/v1/webhooks/{id}/secret', { ...path, body: { overlapSeconds: OVERLAP_SECONDS } })),
    onSuccess: ({ secret }) => {
      onSecret(secret);
      return again();
    },
  });
  const enabled = of.status === 'enabled';
  return (
    <>
      <Trouble error={amend.error ?? renew.error} />
      <div className="row">
        <Button size="compact-sm" variant="default" loading={amend.isPending} onClick={() => amend.mutate(!enabled)}>
          {enabled ? 'Switch it off' : 'Switch it on again'}
        </Button>
        <Button size="compact-sm" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
          Draw a new key
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="compact-sm" variant="default" aria-label="More actions">
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" onClick={() => setRemoving(true)}>
              Remove…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <p className="soft small">A new key signs at once; the one before signs beside it for a day.</p>
      {removing && <Removal of={of} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Removal({ of, onClose }: { of: Webhook; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => told(accessTokens.DELETE('/v1/webhooks/{id}', { params: { path: { id: of.id } } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  const { host } = new URL(of.url);
  return (
    <Confirm
      opened
      onClose={onClose}
      title="Remove this webhook"
      name={host}
      verb="Remove it"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <p>Nothing is posted to it any more, and what waits for it is gone. Its delivery log goes too.</p>
    </Confirm>
  );
}
