const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 900;

/**
 * How long to wait after a failed refresh: doubling from 5 s up to 15 minutes, each with up to half of it taken off at random,
 * so that connections that failed together don't come back together. What the provider asked for goes first (RFC 9110 section 10.2.3).
 * @param jitter 0 to 1
 */
export function backoffSeconds(failures: number, jitter: number, retryAfterSeconds: number | null = null): number {
  if (retryAfterSeconds !== null) return retryAfterSeconds * (1 + jitter / 10);
  const full = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(failures, 16));
  return full * (1 - jitter / 2);
}
