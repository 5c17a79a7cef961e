import {
  IconAlertTriangleFilled,
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconClock,
  IconInfoCircle,
  IconMail,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'idle';
type Icon = ComponentType<{ size?: number; className?: string; 'aria-hidden'?: boolean }>;

interface Look {
  tone: Tone;
  label: string;
  icon: Icon;
}

const LOOKS: Record<string, Look> = {
  active: { tone: 'good', label: 'Active', icon: IconCircleCheckFilled },
  refresh_failing: { tone: 'warn', label: 'Refresh failing', icon: IconClock },
  reauthorization_required: { tone: 'bad', label: 'Needs its user', icon: IconAlertTriangleFilled },
  pending: { tone: 'idle', label: 'Pending', icon: IconCircleDashed },
  revoked: { tone: 'idle', label: 'Revoked', icon: IconBan },
  client_fault: { tone: 'bad', label: 'Client refused', icon: IconAlertTriangleFilled },
  frozen: { tone: 'bad', label: 'Frozen', icon: IconAlertTriangleFilled },
  retired: { tone: 'idle', label: 'Retired', icon: IconBan },
  // Client secrets
  staged: { tone: 'idle', label: 'Not tried yet', icon: IconCircleDashed },
  proven: { tone: 'good', label: 'Proven', icon: IconCircleCheckFilled },
  refused: { tone: 'bad', label: 'Refused', icon: IconAlertTriangleFilled },
  // What a revocation of many did to a connection, and what its provider said
  waiting: { tone: 'idle', label: 'Waiting', icon: IconClock },
  reissued: { tone: 'good', label: 'New token', icon: IconCircleCheckFilled },
  nothing_left: { tone: 'idle', label: 'Nothing left', icon: IconBan },
  failed: { tone: 'bad', label: 'Failed', icon: IconAlertTriangleFilled },
  provider_revoked: { tone: 'good', label: 'Revoked', icon: IconCircleCheckFilled },
  revoke_pending: { tone: 'warn', label: 'Asked again', icon: IconClock },
  not_supported: { tone: 'warn', label: 'No way to revoke', icon: IconAlertTriangleFilled },
  unproved: { tone: 'warn', label: 'Not proved', icon: IconAlertTriangleFilled },
  // Notices
  open: { tone: 'warn', label: 'Open', icon: IconClock },
  sent: { tone: 'warn', label: 'Sent', icon: IconMail },
  closed: { tone: 'good', label: 'Closed', icon: IconCircleCheckFilled },
  // Webhooks and their deliveries
  enabled: { tone: 'good', label: 'Enabled', icon: IconCircleCheckFilled },
  disabled: { tone: 'bad', label: 'Disabled', icon: IconBan },
  delivered: { tone: 'good', label: 'Delivered', icon: IconCircleCheckFilled },
  given_up: { tone: 'bad', label: 'Given up', icon: IconAlertTriangleFilled },
  withheld: { tone: 'idle', label: 'Withheld', icon: IconBan },
};

export const lookOf = (state: string): Look =>
  LOOKS[state] ?? { tone: 'idle', label: state.replaceAll('_', ' '), icon: IconInfoCircle };

/** A state by shape and word; the colour only repeats them. */
export function State({ of }: { of: string }) {
  const { tone, label, icon: Icon } = lookOf(of);
  return (
    <span className={`state state-${tone}`}>
      <Icon size={13} aria-hidden />
      {label}
    </span>
  );
}
