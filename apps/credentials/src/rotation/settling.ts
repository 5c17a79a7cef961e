import type { ConnectionFault } from '../connections/connection.entity.js';
import { FROZEN } from '../token-endpoint/frozen.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';

/** A client that is refused is tried again by probes and by hand; its connections' own turns only wait. */
export const CLIENT_FAULT_WAIT_SECONDS = 60;
export const NO_TURN_WAIT_SECONDS = 1;
/** Nothing was sent, and nothing is wrong with the grant: it keeps its place. Of a frozen API service nothing is due until it thaws. */
export const NOT_BEGUN: readonly string[] = ['refresh_not_begun', FROZEN];

export const faultOf = ({ owner, oauthError, code, detail, hint }: TokenFault, now: Date): ConnectionFault => ({
  owner,
  code: oauthError ?? code,
  detail,
  hint,
  at: now.toISOString(),
});

/** For the timeline. */
export const told = ({ detail, hint, trace }: TokenFault) => ({
  detail,
  hint,
  steps: trace,
  outcome: 'failed' as const,
});
