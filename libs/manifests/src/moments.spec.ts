import { describe, expect, it } from '@jest/globals';
import { Catalogue } from './catalogue/catalogue.js';
import { readManifest } from './manifest.js';
import type { ManifestInput } from './manifest.schema.js';
import { diesAt, refreshAt, refreshWindow } from './moments.js';
import type { DeathCause, TokenTimes } from './moments.js';

const DAY = 86_400;
const start = new Date('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);
/** Seconds after the start; null stays null. */
const seconds = (date: Date | null | undefined) => (date ? (date.getTime() - start.getTime()) / 1000 : null);

const manifestWith = (part: Partial<ManifestInput> = {}) =>
  readManifest({
    manifest: 1,
    authorize: { url: 'https://a.example/a' },
    token: { url: 'https://a.example/t' },
    ...part,
  }).manifest;

const times = (lifeSeconds: number | null, rest: Partial<TokenTimes> = {}): TokenTimes => ({
  issuedAt: start,
  expiresAt: lifeSeconds === null ? null : at(lifeSeconds),
  refreshToken: { expiresAt: null },
  authorizedAt: start,
  ...rest,
});

const windowOf = (manifest: ReturnType<typeof manifestWith>, of: TokenTimes) => {
  const window = refreshWindow(manifest, of);
  return window && [seconds(window.from), seconds(window.to)];
};

describe('A refresh is welcome', () => {
  it.each([
    ['an hour', 3_600, [2_880, 3_480]],
    ['eight hours', 28_800, [23_040, 28_680]],
    ['ten minutes', 600, [420, 480]],
    ['a minute, of which the margin takes at most half', 60, [24, 30]],
    ['sixty days', 60 * DAY, [48 * DAY, 60 * DAY - 120]],
  ])('in the last fifth of %s, two minutes before the end at the latest', (_life, life, window) => {
    expect(windowOf(manifestWith(), times(life))).toEqual(window);
  });

  it('at the moment within the window that the jitter says, never outside', () => {
    const moments = [0, 0.5, 1, -3, 7].map((jitter) => seconds(refreshAt(manifestWith(), times(3_600), jitter)));
    expect(moments).toEqual([2_880, 3_180, 3_480, 2_880, 3_480]);
  });

  it('as early as the margin asks, and then with some room still', () => {
    expect(windowOf(manifestWith({ refresh: { marginSeconds: 1_800 } }), times(3_600))).toEqual([1_440, 1_800]);
  });

  it('not sooner than a provider allows: ten-minute tokens, refused before the last thirty seconds', () => {
    const exact = manifestWith({ refresh: { earliestSecondsBeforeExpiry: 30, marginSeconds: 5 } });
    expect(windowOf(exact, times(600))).toEqual([570, 595]);
  });

  it('in the middle of the sandbox’s minute', () => {
    const { manifest } = new Catalogue({ sandboxUrl: 'http://127.0.0.1:7103' }).find('sandbox')!;
    expect(windowOf(manifest, times(60))).toEqual([30, 45]);
  });

  it('never where nothing ends, nothing can be refreshed, or the manifest knows no refresh', () => {
    expect(refreshAt(manifestWith(), times(null), 0)).toBeNull();
    expect(refreshAt(manifestWith(), times(3_600, { refreshToken: null }), 0)).toBeNull();
    expect(refreshAt(manifestWith({ refresh: null }), times(3_600), 0)).toBeNull();
  });

  it('to keep a grant alive whose token never ends: before it was idle too long, or its refresh token too old', () => {
    expect(windowOf(manifestWith({ lifetimes: { idleSeconds: 60 * DAY } }), times(null))).toEqual([
      48 * DAY,
      60 * DAY - 120,
    ]);
    const refreshToken = { expiresAt: at(10 * DAY) };
    expect(windowOf(manifestWith(), times(null, { refreshToken }))).toEqual([8 * DAY, 10 * DAY - 120]);
  });

  it('for the first thing to end, if there are several', () => {
    const manifest = manifestWith({ lifetimes: { idleSeconds: 1_000 } });
    expect(windowOf(manifest, times(3_600))).toEqual([780, 880]);
    expect(windowOf(manifestWith({ lifetimes: { idleSeconds: 60 * DAY } }), times(3_600))).toEqual([2_880, 3_480]);
  });

  it('at once for a token that was dead when it came', () => {
    expect(windowOf(manifestWith(), times(-10))).toEqual([-10, -10]);
  });
});

describe('A connection dies', () => {
  const life = { lifetimes: { idleSeconds: 60 * DAY, grantSeconds: 365 * DAY } };

  it.each<[string, Partial<ManifestInput>, TokenTimes, { at: number; because: DeathCause }]>([
    [
      'with its access token, where nothing can replace it',
      {},
      times(3_600, { refreshToken: null }),
      { at: 3_600, because: 'access_token_expires' },
    ],
    [
      'with its access token, where the provider knows no refresh',
      { refresh: null },
      times(3_600),
      { at: 3_600, because: 'access_token_expires' },
    ],
    [
      'with its refresh token',
      {},
      times(3_600, { refreshToken: { expiresAt: at(28 * DAY) } }),
      { at: 28 * DAY, because: 'refresh_token_expires' },
    ],
    ['of rest', life, times(3_600), { at: 60 * DAY, because: 'idle' }],
    [
      'of its consent’s age, counted from the consent',
      life,
      times(3_600, { authorizedAt: at(-310 * DAY) }),
      { at: 55 * DAY, because: 'grant_ends' },
    ],
  ])('%s', (...[, part, of, death]) => {
    const found = diesAt(manifestWith(part), of);
    expect({ at: seconds(found?.at), because: found?.because }).toEqual(death);
  });

  it('never, as far as anybody knows, where nothing says when', () => {
    expect(diesAt(manifestWith(), times(3_600))).toBeNull();
    expect(diesAt(manifestWith({ refresh: null }), times(null))).toBeNull();
  });
});
