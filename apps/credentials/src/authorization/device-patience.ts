import type { TokenFault } from '../token-endpoint/token-fault.js';

export interface Patience {
  /** The least that lies between two polls, as it stands. */
  intervalSeconds: number;
  /** Polls in a row that brought no word of the provider's. */
  failures: number;
}

export type DeviceEnd = 'denied' | 'expired' | 'failed';

/** What a poll that brought no token leads to: waiting, or the end. */
export type NextPoll = { wait: Patience & { seconds: number } } | { end: DeviceEnd };

/** RFC 8628 section 3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests". */
const SLOWER_BY_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 300;

/**
 * RFC 8628 section 3.5. The provider's two words for waiting are obeyed; silence, and answers that are no OAuth error, double the wait
 * each time; every other error code is the end.
 */
export function nextPoll({ intervalSeconds, failures }: Patience, fault: TokenFault): NextPoll {
  const { oauthError, permanent, retryAfterSeconds, intervalSeconds: told } = fault;
  if (oauthError === 'authorization_pending') return waits(intervalSeconds);
  if (oauthError === 'slow_down') return waits(slower(intervalSeconds, told));
  if (oauthError !== null || permanent) return { end: ENDS[oauthError ?? ''] ?? 'failed' };
  const seconds = Math.min(intervalSeconds * 2 ** Math.min(failures + 1, 16), LONGEST_WAIT_SECONDS);
  const asked = Math.max(seconds, intervalSeconds, retryAfterSeconds ?? 0);
  return { wait: { intervalSeconds, failures: failures + 1, seconds: asked } };
}

/** By five seconds; by more where the answer names a longer interval, never by less. */
const slower = (intervalSeconds: number, told: number | null): number =>
  Math.max(intervalSeconds + SLOWER_BY_SECONDS, Math.min(told ?? 0, LONGEST_WAIT_SECONDS));

const waits = (intervalSeconds: number): NextPoll => ({
  wait: { intervalSeconds, failures: 0, seconds: intervalSeconds },
});

const ENDS: Readonly<Record<string, DeviceEnd>> = { access_denied: 'denied', expired_token: 'expired' };
