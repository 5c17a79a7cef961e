import { When } from '../../parts/when';
import type { Connection } from '../queries';

/** When the grant dies if nothing happens; the reason for whoever points at it. */
export function Death({ of: { diesAt, diesBecause, status } }: { of: Connection }) {
  if (status === 'reauthorization_required') return <span className="tone-bad">it is dead</span>;
  if (status === 'pending' || status === 'revoked') return <span className="soft">—</span>;
  return (
    <span title={diesBecause ?? undefined}>
      <When at={diesAt} none="not foreseeable" />
    </span>
  );
}
