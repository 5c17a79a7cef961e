/** Seconds from one attempt to the next. After the last of them an attempt every five hours, until the time is up. */
const DELAYS_SECONDS = [5, 30, 120, 600, 1800, 3600, 7200, 18_000];
const LONGEST_DELAY_SECONDS = 18_000;
/** Endpoints that failed together aren't tried together again. */
const JITTER = 0.2;
/** An endpoint that asks for quiet gets it, up to this. */
const LONGEST_QUIET_SECONDS = 86_400;

/** From a delivery's first day to its last. */
export const TRIED_FOR_SECONDS = 172_800;

/** An event that was refused so often doesn't hold up its connection's next ones any longer. */
export const HOLDS_UP_ATTEMPTS = 5;

/**
 * Seconds until the next attempt.
 * @param attempts that were made, at least one
 * @param random from 0 to 1
 * @param retryAfterSeconds what the endpoint asked for (RFC 9110 section 10.2.3), if it did
 */
export function nextAttemptSeconds(attempts: number, random: number, retryAfterSeconds: number | null): number {
  const delay = DELAYS_SECONDS[attempts - 1] ?? LONGEST_DELAY_SECONDS;
  const jittered = delay * (1 - JITTER + 2 * JITTER * random);
  return Math.max(jittered, Math.min(retryAfterSeconds ?? 0, LONGEST_QUIET_SECONDS));
}
