import { describe, expect, it } from '@jest/globals';
import { type HeldConnection, livesUntil } from '../intake/held-connection.js';
import { type Demand, isGoodNow, weigh, whyNot } from './freshness.js';

const now = new Date('2026-01-01T00:00:00Z');
const moment = { now, marginSeconds: 2 };
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const anything: Demand = { minTtlSeconds: 0, minVersion: 0 };

/** A token of an hour, issued half an hour ago. */
const held = (changes: Partial<HeldConnection> = {}) =>
  ({
    status: 'active',
    version: 7,
    accessToken: 'lks1.k1.sealed',
    issuedAt: inSeconds(-1800),
    expiresAt: inSeconds(1800),
    ...changes,
  }) as HeldConnection;

describe('weigh', () => {
  const kindOf = (changes: Partial<HeldConnection>, demand: Partial<Demand> = {}) =>
    weigh(held(changes), { ...anything, ...demand }, moment).kind;

  it.each<[string, Partial<HeldConnection>, string]>([
    ['a living one', {}, 'good'],
    ['an expired one', { expiresAt: inSeconds(-1) }, 'outworn'],
    ['one that dies within the margin', { expiresAt: inSeconds(2) }, 'outworn'],
    ['one that outlives the margin', { expiresAt: inSeconds(3) }, 'good'],
    ['one of unknown lifetime', { expiresAt: null, issuedAt: null }, 'good'],
    ['a living one whose refreshes fail', { status: 'refresh_failing' }, 'good'],
    ['an expired one whose refreshes fail', { status: 'refresh_failing', expiresAt: inSeconds(-1) }, 'outworn'],
    ['a living one whose grant is dead', { status: 'reauthorization_required' }, 'good'],
    ['none at all, of an active connection', { accessToken: null }, 'outworn'],
  ])('judges %s', (_what, changes, kind) => {
    expect(kindOf(changes)).toBe(kind);
  });

  it.each(['active', 'refresh_failing', 'reauthorization_required', 'pending', 'revoked'] as const)(
    'calls one that is %s good as long as it lives, by the time that is remembered of it',
    (status) => {
      for (const accessToken of ['lks1.k1.sealed', null]) {
        for (const expiresAt of [null, ...[-1, 0, 1, 2, 2.001, 3].map(inSeconds)]) {
          const lives =
            livesUntil(held({ status, accessToken, expiresAt })) > now.getTime() + moment.marginSeconds * 1000;
          expect([expiresAt, lives]).toEqual([expiresAt, kindOf({ status, accessToken, expiresAt }) === 'good']);
        }
      }
    },
  );

  it('refuses with the reason where no refresh can help', () => {
    const verdict = (changes: Partial<HeldConnection>) => weigh(held(changes), anything, moment);
    expect(verdict({ status: 'revoked', accessToken: null })).toEqual({ kind: 'refused', because: 'revoked' });
    expect(verdict({ status: 'pending', accessToken: null })).toEqual({
      kind: 'refused',
      because: 'not_yet_published',
    });
    const dead = { status: 'reauthorization_required', accessToken: null } as const;
    expect(verdict(dead)).toEqual({ kind: 'refused', because: 'reauthorization_required' });
  });

  it('never hands out what is left of a revoked connection', () => {
    expect(weigh(held({ status: 'revoked' }), anything, moment)).toEqual({ kind: 'refused', because: 'revoked' });
  });

  it('wants a newer one where the life left is shorter than demanded', () => {
    expect(kindOf({}, { minTtlSeconds: 1800 })).toBe('good');
    expect(kindOf({}, { minTtlSeconds: 1801 })).toBe('outworn');
    expect(kindOf({ expiresAt: null, issuedAt: null }, { minTtlSeconds: 86_400 })).toBe('good');
  });

  it('takes a demand beyond the token’s whole life for half of that life, so that it can’t force a refresh at each read', () => {
    expect(kindOf({}, { minTtlSeconds: 86_400 })).toBe('good');
    expect(kindOf({ issuedAt: inSeconds(-1801), expiresAt: inSeconds(1799) }, { minTtlSeconds: 86_400 })).toBe(
      'outworn',
    );
  });

  it('asks for the next version, and only waits for one further away', () => {
    expect(kindOf({}, { minVersion: 7 })).toBe('good');
    expect(kindOf({}, { minVersion: 8 })).toBe('outworn');
    expect(weigh(held(), { ...anything, minVersion: 9 }, moment)).toEqual({ kind: 'awaited', version: 9 });
  });
});

describe('isGoodNow', () => {
  const goodNow = (changes: Partial<HeldConnection>, demand: Partial<Demand> = {}) =>
    isGoodNow(held(changes), { ...anything, before: 7, ...demand }, moment);

  it('takes a newer token whatever life it has, as long as it lives', () => {
    expect(goodNow({ version: 8, expiresAt: inSeconds(60) }, { minTtlSeconds: 1800 })).toBe(true);
    expect(goodNow({ version: 8, expiresAt: inSeconds(1) }, { minTtlSeconds: 1800 })).toBe(false);
  });

  it('does not take the old token for what it was not good enough for', () => {
    expect(goodNow({}, { minVersion: 8 })).toBe(false);
    expect(goodNow({ expiresAt: inSeconds(60) }, { minTtlSeconds: 1800 })).toBe(false);
  });

  it('takes nothing of a connection that was revoked meanwhile', () => {
    expect(goodNow({ version: 8, status: 'revoked' })).toBe(false);
  });
});

describe('whyNot', () => {
  it.each([
    ['active', 'failed', 'refresh_failing'],
    ['active', 'in_progress', 'refresh_failing'],
    ['active', 'unheard', 'refresh_failing'],
    ['refresh_failing', 'unheard', 'refresh_failing'],
    ['active', 'not_refreshable', 'reauthorization_required'],
    ['active', 'rotated', 'not_yet_published'],
    ['active', 'already_rotated', 'not_yet_published'],
    ['active', null, 'not_yet_published'],
    ['reauthorization_required', 'failed', 'reauthorization_required'],
    ['revoked', 'rotated', 'revoked'],
  ] as const)('of a connection that is %s, after %s: %s', (status, outcome, code) => {
    expect(whyNot(held({ status }), outcome)).toBe(code);
  });
});
