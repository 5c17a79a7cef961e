import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readManifest, type ManifestInput } from '@lockkeeper/manifests';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import type { ApiService } from '../api-services/api-service.entity.js';
import { Connection } from '../connections/connection.entity.js';
import { GrantSeal } from '../connections/grant-seal.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { nextTry } from './backoff.js';

/** How a provider deals with its grants, whatever our manifest says of it. */
interface Profile {
  manifest: Partial<ManifestInput>;
  accessSeconds: number;
  /** Refused before so many seconds ahead of the token's end. */
  earliest?: number;
  idleSeconds?: number;
  refreshSeconds?: number;
  grantSeconds?: number;
  /** Refreshes by a token that itself has to be alive. */
  byAccessToken?: boolean;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RENEWING = { body: { parameters: { token: '{{access_token}}' } } };

const PROFILES: Record<string, Profile> = {
  'an hour, refresh tokens for ever': { manifest: {}, accessSeconds: HOUR },
  'ten minutes, refreshed only in the last thirty seconds': {
    manifest: { refresh: { earliestSecondsBeforeExpiry: 30, marginSeconds: 5 } },
    accessSeconds: 10 * MINUTE,
    earliest: 30,
  },
  'ten minutes in the last thirty seconds, and the token renews itself': {
    manifest: {
      refresh: { by: 'access_token', request: RENEWING, earliestSecondsBeforeExpiry: 30, marginSeconds: 20 },
    },
    accessSeconds: 10 * MINUTE,
    earliest: 30,
    byAccessToken: true,
  },
  'eight hours, dead after two days of rest': {
    manifest: { lifetimes: { idleSeconds: 2 * DAY } },
    accessSeconds: 8 * HOUR,
    idleSeconds: 2 * DAY,
  },
  'a token for thirty days, dead after a week of rest': {
    manifest: { lifetimes: { idleSeconds: 7 * DAY } },
    accessSeconds: 30 * DAY,
    idleSeconds: 7 * DAY,
  },
  'an hour, refresh tokens that live a day': {
    manifest: { lifetimes: { refreshTokenSeconds: DAY } },
    accessSeconds: HOUR,
    refreshSeconds: DAY,
  },
  'sixty days, prolonged by itself': {
    manifest: { refresh: { by: 'access_token', request: RENEWING } },
    accessSeconds: 60 * DAY,
    byAccessToken: true,
  },
  'an hour, and sixty days at most': {
    manifest: { lifetimes: { grantSeconds: 60 * DAY } },
    accessSeconds: HOUR,
    grantSeconds: 60 * DAY,
  },
};

const start = new Date('2026-01-01T00:00:00Z');

/** Park and Miller: the same ninety days at every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

class VirtualGrant {
  private at = start;
  private readonly random: () => number;
  private connection = new Connection();
  private readonly seal = new GrantSeal(
    KeyRing.fromFile({ writing: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }, 'credentials'),
  );
  private readonly apiService: ApiService;
  refreshes = 0;
  refusedAsEarly = 0;
  died: { at: Date; because: string } | null = null;

  constructor(
    private readonly profile: Profile,
    seed: number,
  ) {
    this.random = randomFrom(seed);
    const { manifest } = readManifest({
      manifest: 1,
      authorize: { url: 'https://a.example/a' },
      token: { url: 'https://a.example/t' },
      ...profile.manifest,
    });
    this.apiService = { manifest } as ApiService;
    Object.assign(this.connection, { id: 'c', status: 'pending', version: 0, revision: 0, failures: 0, fence: 0 });
    this.connection.authorize(this.sealed(start), start);
  }

  /** Until the end of that day, or of the grant. */
  live(days: number): Connection {
    const end = new Date(start.getTime() + days * DAY * 1000);
    while (this.died === null && this.connection.refreshAt !== null && this.connection.refreshAt < end) {
      // Up to a second late: a scheduler looks once a second.
      this.at = new Date(this.connection.refreshAt.getTime() + this.random() * 1000);
      this.refresh();
    }
    return this.connection;
  }

  private refresh(): void {
    const death = this.deathAt(this.at);
    if (death !== null) return void (this.died = { at: this.at, because: death });
    const early =
      this.profile.earliest !== undefined && this.secondsTo(this.connection.expiresAt) > this.profile.earliest;
    if (early) this.refusedAsEarly += 1;
    if (early || this.isAway()) return this.fail();
    this.refreshes += 1;
    this.connection.rotate(this.sealed(this.at), this.at);
  }

  private fail(): void {
    const retryAt = nextTry(this.connection, { retryAfterSeconds: null, now: this.at, jitter: this.random() });
    this.connection.failRefresh({ owner: 'provider', code: 'x', detail: 'x', hint: null, at: '' }, retryAt, this.at);
  }

  /** A request in twenty gets nothing; and every night the provider of long tokens is away for an hour. */
  private isAway(): boolean {
    const nightly = this.profile.accessSeconds >= HOUR && this.at.getUTCHours() === 3;
    return nightly || this.random() < 0.05;
  }

  private deathAt(now: Date): string | null {
    const { idleSeconds, refreshSeconds, grantSeconds, byAccessToken } = this.profile;
    const since = (moment: Date | null): number => (now.getTime() - moment!.getTime()) / 1000;
    if (grantSeconds !== undefined && since(start) > grantSeconds) return 'grant_ends';
    if (byAccessToken && this.secondsTo(this.connection.expiresAt) <= 0) return 'access_token_expires';
    if (idleSeconds !== undefined && since(this.connection.issuedAt) > idleSeconds) return 'idle';
    return refreshSeconds !== undefined && since(this.connection.issuedAt) > refreshSeconds
      ? 'refresh_token_expires'
      : null;
  }

  private secondsTo(moment: Date | null): number {
    return (moment!.getTime() - this.at.getTime()) / 1000;
  }

  private sealed(issuedAt: Date) {
    const { byAccessToken, refreshSeconds, accessSeconds } = this.profile;
    const grant: TokenGrant = {
      accessToken: new Secret('a'),
      tokenType: 'Bearer',
      refreshToken: byAccessToken ? null : new Secret('r'),
      refreshTokenKept: false,
      expiresInSeconds: accessSeconds,
      refreshTokenExpiresInSeconds: refreshSeconds ?? null,
      scope: null,
      namedTokens: {},
      captured: {},
    };
    const previous = { diesAt: this.connection.diesAt ?? null };
    return this.seal.seal({ id: 'c' }, grant, { apiService: this.apiService, issuedAt, authorizedAt: start, previous });
  }
}

describe('In ninety virtual days, with a request in twenty failing and a provider that is away every night', () => {
  it.each(Object.entries(PROFILES))('no grant dies that could be kept alive: %s', (_name, profile) => {
    const grant = new VirtualGrant(profile, 1);
    grant.live(90);
    const { grantSeconds, accessSeconds, idleSeconds = Infinity } = profile;
    expect(grant.died?.because ?? null).toBe(grantSeconds === undefined ? null : 'grant_ends');
    expect(grant.refreshes).toBeGreaterThan((60 * DAY) / Math.min(accessSeconds, idleSeconds) - 2);
    expect(grant.refusedAsEarly).toBe(0);
  });

  it('a death that nobody can prevent is known from the first day on', () => {
    const grant = new VirtualGrant(PROFILES['an hour, and sixty days at most']!, 4);
    const connection = grant.live(1);
    const { diesAt, diesBecause, deathIsFixed } = connection;
    expect({ diesAt, diesBecause, deathIsFixed }).toEqual({
      diesAt: new Date(start.getTime() + 60 * DAY * 1000),
      diesBecause: 'grant_ends',
      deathIsFixed: true,
    });
  });

  it('what its refreshes keep alive counts as avoidable', () => {
    const grant = new VirtualGrant(PROFILES['eight hours, dead after two days of rest']!, 5);
    expect(grant.live(30)).toMatchObject({ diesBecause: 'idle', deathIsFixed: false });
  });
});
