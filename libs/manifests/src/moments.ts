import { renewedBy } from './grants.js';
import type { Manifest } from './manifest.schema.js';

/** What is known of a connection's tokens. */
export interface TokenTimes {
  /** When the current access token came: by the exchange or the last refresh. */
  issuedAt: Date;
  /** Null where neither the answer nor the manifest tells. */
  expiresAt: Date | null;
  /** Null where there is none. */
  refreshToken: { expiresAt: Date | null } | null;
  /** When the user consented. */
  authorizedAt: Date;
}

/** From when to when a refresh is welcome; both ends are moments before what they prevent. */
export interface RefreshWindow {
  from: Date;
  to: Date;
}

/** No life is too short for some room between the first and the last moment: a storm of due connections spreads over it. */
const LEAST_SPREAD = 0.1;

/**
 * When to refresh: within the window, at the share `jitter` (0 to 1) of it. Null where nothing can be refreshed or nothing ends.
 * Pure: the caller draws the jitter, once per token.
 */
export function refreshAt(manifest: Manifest, times: TokenTimes, jitter: number): Date | null {
  const window = refreshWindow(manifest, times);
  if (!window) return null;
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  return new Date(from + Math.min(Math.max(jitter, 0), 1) * (to - from));
}

/** The window of the first thing to end: the access token, or the grant's patience with being idle. */
export function refreshWindow(manifest: Manifest, times: TokenTimes): RefreshWindow | null {
  const { refresh, lifetimes } = manifest;
  if (!refresh || renewedBy(manifest) === null || !isRenewable(manifest, times)) return null;
  const idleEnd = lifetimes.idleSeconds === undefined ? null : after(times.issuedAt, lifetimes.idleSeconds);
  const windows = [
    times.expiresAt && windowBefore(times.expiresAt, times.issuedAt, refresh),
    // A provider's "not sooner than" is about the access token's end; these have none.
    ...[idleEnd, refreshTokenEnd(manifest, times)].map(
      (end) => end && windowBefore(end, times.issuedAt, { ...refresh, earliestSecondsBeforeExpiry: undefined }),
    ),
  ].filter((window) => window !== null);
  return windows.reduce<RefreshWindow | null>((first, one) => (first && first.to <= one.to ? first : one), null);
}

type Refresh = NonNullable<Manifest['refresh']>;

const isRenewable = (manifest: Manifest, { refreshToken }: TokenTimes): boolean =>
  renewedBy(manifest) !== 'refresh_token' || refreshToken !== null;

const refreshTokenEnd = (manifest: Manifest, { refreshToken }: TokenTimes): Date | null =>
  renewedBy(manifest) === 'refresh_token' ? (refreshToken?.expiresAt ?? null) : null;

type WindowRules = Pick<Refresh, 'lifetimeShare' | 'marginSeconds' | 'earliestSecondsBeforeExpiry'>;

function windowBefore(end: Date, start: Date, rules: WindowRules): RefreshWindow {
  const endMs = end.getTime();
  const lifeMs = Math.max(endMs - start.getTime(), 0);
  const latest = endMs - Math.min(rules.marginSeconds * 1000, lifeMs / 2);
  const welcome = Math.min(start.getTime() + rules.lifetimeShare * lifeMs, latest - LEAST_SPREAD * lifeMs);
  const earliest =
    rules.earliestSecondsBeforeExpiry === undefined ? -Infinity : endMs - rules.earliestSecondsBeforeExpiry * 1000;
  return { from: new Date(Math.max(welcome, earliest)), to: new Date(Math.max(latest, earliest)) };
}

/** Why a connection will be dead: of its refresh token's age, of rest, of its consent's age, or since nothing can replace its token. */
export type DeathCause = 'refresh_token_expires' | 'idle' | 'grant_ends' | 'access_token_expires';

export interface Death {
  at: Date;
  because: DeathCause;
}

/** When the connection is dead if nothing happens from now on, and why. Null where nothing says that it will be. */
export function diesAt(manifest: Manifest, times: TokenTimes): Death | null {
  const { refresh, lifetimes } = manifest;
  const ends: [Date | null, DeathCause][] =
    refresh && renewedBy(manifest) !== null && isRenewable(manifest, times)
      ? [
          [refreshTokenEnd(manifest, times), 'refresh_token_expires'],
          // What renews itself can't be renewed once it has ended.
          [renewedBy(manifest) === 'access_token' ? times.expiresAt : null, 'access_token_expires'],
          [lifetimes.idleSeconds === undefined ? null : after(times.issuedAt, lifetimes.idleSeconds), 'idle'],
        ]
      : [[times.expiresAt, 'access_token_expires']];
  ends.push([
    lifetimes.grantSeconds === undefined ? null : after(times.authorizedAt, lifetimes.grantSeconds),
    'grant_ends',
  ]);
  return ends
    .flatMap(([at, because]) => (at ? [{ at, because }] : []))
    .reduce<Death | null>((first, one) => (first && first.at <= one.at ? first : one), null);
}

const after = (start: Date, seconds: number): Date => new Date(start.getTime() + seconds * 1000);
