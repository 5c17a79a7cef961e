import type { Connection } from '../connections/connection.entity.js';
import { isUnavoidable } from '../connections/death.js';

/** So many days ahead a death is announced; the nearest first. */
export const HORIZONS = [1, 7, 30] as const;

const DAY_MS = 86_400_000;

type Mortal = Pick<
  Connection,
  'diesAt' | 'deathIsFixed' | 'status' | 'refreshAt' | 'foretoldDays' | 'issuedAt' | 'authorizedAt'
>;

/**
 * Which announcement is due now; null if none is. Only the nearest one that was reached: who was away for a month needn't hear all three.
 * None for a death that was nearer than that from the beginning, which is no news: a token that lives an hour.
 */
export function horizonDue(connection: Mortal, now: Date): number | null {
  const { diesAt, status, foretoldDays } = connection;
  if (diesAt === null || diesAt <= now || !isUnavoidable(connection)) return null;
  if (status !== 'active' && status !== 'refresh_failing') return null;
  const horizon = HORIZONS.find((days) => diesAt.getTime() - now.getTime() <= days * DAY_MS);
  if (horizon === undefined || (foretoldDays !== null && foretoldDays <= horizon)) return null;
  return livesLongerThan(connection, horizon * DAY_MS) ? horizon : null;
}

function livesLongerThan({ diesAt, issuedAt, authorizedAt }: Mortal, ms: number): boolean {
  const began = Math.min(issuedAt?.getTime() ?? Infinity, authorizedAt?.getTime() ?? Infinity);
  return diesAt!.getTime() - began > ms;
}
