import type { RefreshOutcome } from '@lockkeeper/contracts';
import type { HeldConnection } from '../intake/held-connection.js';

/** What a reader wants of a token, besides that it lives. */
export interface Demand {
  minTtlSeconds: number;
  minVersion: number;
}

export const ANY_LIVING_TOKEN: Demand = { minTtlSeconds: 0, minVersion: 0 };

/** Why there is no token. Stable: the codes of problem documents. */
export type Refusal = 'revoked' | 'reauthorization_required' | 'refresh_failing' | 'not_yet_published';

export type Verdict =
  | { kind: 'good' }
  /** A newer one would be better: ask for it. */
  | { kind: 'outworn' }
  /** More than one version away: it exists already, or it won't for long. Nothing to ask for, only to wait for. */
  | { kind: 'awaited'; version: number }
  | { kind: 'refused'; because: Refusal };

type Weighed = Pick<HeldConnection, 'status' | 'version' | 'accessToken' | 'issuedAt' | 'expiresAt'>;

/** @param marginSeconds a token that dies within it counts as dead */
export interface Moment {
  now: Date;
  marginSeconds: number;
}

/** Whether a held token is handed out, replaced first, or refused. Never an expired one. */
export function weigh(held: Weighed, demand: Demand, moment: Moment): Verdict {
  if (held.status === 'revoked') return { kind: 'refused', because: 'revoked' };
  const good = isAlive(held, moment) && meets(held, demand, moment);
  if (good) return { kind: 'good' };
  if (held.status === 'reauthorization_required') return { kind: 'refused', because: 'reauthorization_required' };
  if (held.status === 'pending') return { kind: 'refused', because: 'not_yet_published' };
  if (demand.minVersion > held.version + 1) return { kind: 'awaited', version: demand.minVersion };
  return { kind: 'outworn' };
}

/**
 * The second and last look, after a newer one was asked for: nothing better is to be had, so a new token is good whatever life it has.
 * @param before the version that was not good enough
 */
export function isGoodNow(held: Weighed, { before, ...demand }: Demand & { before: number }, moment: Moment): boolean {
  if (held.status === 'revoked' || !isAlive(held, moment)) return false;
  return (held.version > before && held.version >= demand.minVersion) || meets(held, demand, moment);
}

/** Why nothing better came: the connection's own state first, then what credentials said; null if it was only waited for. */
export function whyNot({ status }: Weighed, outcome: RefreshOutcome | 'unheard' | null): Refusal {
  if (status === 'revoked' || status === 'reauthorization_required') return status;
  if (outcome === 'not_refreshable') return 'reauthorization_required';
  const exists = outcome === null || outcome === 'rotated' || outcome === 'already_rotated';
  return exists ? 'not_yet_published' : 'refresh_failing';
}

function isAlive(held: Weighed, { now, marginSeconds }: Moment): boolean {
  return held.accessToken !== null && secondsLeft(held, now) > marginSeconds;
}

function meets(held: Weighed, demand: Demand, { now }: Moment): boolean {
  return held.version >= demand.minVersion && secondsLeft(held, now) >= attainableTtl(held, demand.minTtlSeconds);
}

/**
 * More life than the whole life of such a token can't be had by refreshing: it would be asked for again at each read, and never met.
 * Such a demand counts as half of that life.
 */
function attainableTtl({ issuedAt, expiresAt }: Weighed, minTtlSeconds: number): number {
  if (issuedAt === null || expiresAt === null) return minTtlSeconds;
  const lifetime = (expiresAt.getTime() - issuedAt.getTime()) / 1000;
  return minTtlSeconds >= lifetime ? lifetime / 2 : minTtlSeconds;
}

/** Infinite where nobody knows: such a token is handed out until its API refuses it. */
const secondsLeft = ({ expiresAt }: Weighed, now: Date): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : (expiresAt.getTime() - now.getTime()) / 1000;
