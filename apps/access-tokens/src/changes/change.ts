/** What the database tells of a commit. `everything`: whatever was read before may have changed. */
export type Change =
  | { kind: 'everything' }
  | { kind: 'consumers' }
  | { kind: 'connection'; apiService: string; user: string }
  /** Asked by one replica: has everybody heard of all that was before? */
  | { kind: 'round'; round: string }
  | { kind: 'heard'; round: string; replica: string };

const KINDS = ['consumers', 'connection', 'round', 'heard'];

/** What can't be understood (a newer version's, beside which this one runs) may be about anything. */
export function readChange(payload: string | undefined): Change {
  try {
    const change = JSON.parse(payload ?? '') as Change;
    return KINDS.includes(change.kind) ? change : { kind: 'everything' };
  } catch {
    return { kind: 'everything' };
  }
}
