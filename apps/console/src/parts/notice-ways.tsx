/** One way that a notice was to go. */
interface Way {
  channel: string;
  status: string;
  problem?: string | null;
}

const CHANNELS: Record<string, string> = { email: 'E-mail', webhook: 'Webhook', event: 'Event' };
const STATUSES: Record<string, string> = {
  pending: 'on its way',
  delivered: 'delivered',
  failed: 'failed',
  skipped: 'not sent',
  cancelled: 'not needed any more',
};

/** By which ways a notice went out, and what kept it from the others. */
export function NoticeWays({ of }: { of: readonly Way[] }) {
  if (of.length === 0) return <>Event alone</>;
  return (
    <ul className="plain">
      {of.map(({ channel, status, problem }, index) => (
        <li key={index}>
          {CHANNELS[channel] ?? channel}: {STATUSES[status] ?? status}
          {problem && <small className="soft break block">{problem}</small>}
        </li>
      ))}
    </ul>
  );
}
