import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { firstTurn, momentsOf, type NamedMoments, statesAfter } from './named-states.js';

const { manifest } = readManifest({
  manifest: 1,
  authorize: { url: 'https://as.example/authorize' },
  token: { url: 'https://as.example/token' },
});
const moments = (issuedAt: string, refreshAt: string | null): NamedMoments => ({
  scope: 'a',
  issuedAt,
  expiresAt: null,
  refreshable: true,
  refreshAt,
});
const [T1, T2, T3] = ['2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z', '2026-01-01T03:00:00.000Z'] as const;

describe('Named tokens', () => {
  it('have their turns by their own expiry and their own refresh token', () => {
    const at = { issuedAt: new Date(T1), authorizedAt: new Date(T1) };
    const token = { accessToken: new Secret('a'), tokenType: 'user', expiresAt: T3, scope: null, issuedAt: T2 };
    const due = momentsOf(manifest, { ...token, refreshToken: new Secret('r') }, at);
    expect(due).toMatchObject({ issuedAt: T2, expiresAt: T3, refreshable: true });
    expect(Date.parse(due.refreshAt!)).toBeGreaterThan(Date.parse(T2));
    expect(Date.parse(due.refreshAt!)).toBeLessThan(Date.parse(T3));
    expect(momentsOf(manifest, { ...token, refreshToken: null }, at)).toMatchObject({
      refreshable: false,
      refreshAt: T3,
    });
    expect(momentsOf(manifest, { ...token, refreshToken: null, expiresAt: null }, at).refreshAt).toBeNull();
  });

  it('are of the version at which they came; what came with a later answer is of that one', () => {
    const first = statesAfter(null, { user: moments(T1, T2), app: moments(T1, T2) }, { version: 1, ownVersion: 1 });
    const failing = { ...first!.tokens.app!, failures: 2 };
    const before = { ...first!, tokens: { ...first!.tokens, app: failing } };
    const next = statesAfter(before, { user: moments(T2, T3), app: moments(T1, T2) }, { version: 2, ownVersion: 1 });
    expect(next).toMatchObject({ ownVersion: 1, tokens: { user: { version: 2, failures: 0 }, app: failing } });
    expect(statesAfter(next, {}, { version: 3, ownVersion: 3 })).toBeNull();
  });

  it('are looked at in the order of their turns, the connection’s own among them', () => {
    const states = statesAfter(null, { user: moments(T1, T2), app: moments(T1, null) }, { version: 1, ownVersion: 1 });
    expect(firstTurn(new Date(T3), states)).toEqual({ at: new Date(T2), name: 'user' });
    expect(firstTurn(new Date(T1), states)).toEqual({ at: new Date(T1), name: null });
    expect(firstTurn(null, null)).toEqual({ at: null, name: null });
  });
});
