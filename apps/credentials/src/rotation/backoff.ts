import type { Connection } from '../connections/connection.entity.js';

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 900;
const FIRST_REST_SECONDS = 10;
const LONGEST_REST_SECONDS = 300;
/** Tries that are left before the end: each waits for a third of what remains, and none less than a second. */
const SHARE_OF_REMAINDER = 1 / 3;

export interface Waiting {
  /** Failures in a row before this one. */
  failures: number;
  /** 0 to 1. */
  jitter: number;
  /** What the provider asked for. */
  retryAfterSeconds?: number | null;
  /** Until what the refresh is for ends, in seconds; null where nothing does, or has already. */
  remainingSeconds?: number | null;
}

/**
 * How long to wait after a failed refresh: doubling from 5 s up to 15 minutes, each with up to half of it taken off at random,
 * so that connections that failed together don't come back together. What the provider asked for goes first (RFC 9110 section 10.2.3);
 * then what would end meanwhile: it is tried again while it still lives.
 */
export function backoffSeconds({
  failures,
  jitter,
  retryAfterSeconds = null,
  remainingSeconds = null,
}: Waiting): number {
  if (retryAfterSeconds !== null) return retryAfterSeconds * (1 + jitter / 10);
  const waits = doubled(FIRST_SECONDS, LONGEST_SECONDS, failures) * (1 - jitter / 2);
  if (remainingSeconds === null || remainingSeconds <= 0) return waits;
  return Math.min(waits, Math.max(1, remainingSeconds * SHARE_OF_REMAINDER));
}

/** When a connection whose refresh failed is tried again. */
export function nextTry(
  { failures, expiresAt, diesAt }: Pick<Connection, 'failures' | 'expiresAt' | 'diesAt'>,
  { retryAfterSeconds, now, jitter }: { retryAfterSeconds: number | null; now: Date; jitter: number },
): Date {
  const ahead = [expiresAt, diesAt].flatMap((end) => (end && end > now ? [end.getTime() - now.getTime()] : []));
  const remainingSeconds = ahead.length === 0 ? null : Math.min(...ahead) / 1000;
  return new Date(now.getTime() + backoffSeconds({ failures, jitter, retryAfterSeconds, remainingSeconds }) * 1000);
}

/** How long an API service whose provider fails rests before one of its connections tries again. */
export const breakerPauseSeconds = (failures: number, jitter: number): number =>
  doubled(FIRST_REST_SECONDS, LONGEST_REST_SECONDS, failures) * (1 - jitter / 4);

const doubled = (first: number, longest: number, times: number): number =>
  Math.min(longest, first * 2 ** Math.min(times, 16));
