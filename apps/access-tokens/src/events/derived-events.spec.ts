import { describe, expect, it } from '@jest/globals';
import type { Publication } from '@lockkeeper/contracts';
import { type Known, deriveEvents } from './derived-events.js';

const publication = (changes: Partial<Publication> = {}): Publication => ({
  connectionId: '5d2f2f0e-0000-4000-8000-000000000001',
  apiService: 'sandbox',
  user: 'ada@example.com',
  status: 'active',
  version: 2,
  revision: 2,
  cause: 'rotated',
  token: { accessToken: 'the-secret', tokenType: 'Bearer', scope: 'a b', expiresAt: '2026-01-01T01:00:00.000Z' },
  use: { baseUrls: [], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} },
  reason: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const lapsed = { status: 'reauthorization_required', cause: 'status_changed', token: null } as const;

const typesOf = (known: Known | null, changes: Partial<Publication>): string[] =>
  deriveEvents(known, publication(changes)).map(({ type }) => type);

describe('deriveEvents', () => {
  it.each<[string, Known | null, Partial<Publication>, string[]]>([
    ['a first consent', null, { version: 1, revision: 1, cause: 'authorized' }, ['connection.authorized']],
    ['a rotation', { version: 1, status: 'active' }, {}, ['token.rotated']],
    [
      'a reauthorization',
      { version: 1, status: 'reauthorization_required' },
      { cause: 'authorized' },
      ['connection.authorized'],
    ],
    [
      'a consent after a revocation',
      { version: 1, status: 'revoked' },
      { cause: 'authorized' },
      ['connection.authorized'],
    ],
    [
      'a dead grant',
      { version: 2, status: 'active' },
      { ...lapsed, revision: 3 },
      ['connection.reauthorization_required'],
    ],
    [
      'a failing refresh',
      { version: 2, status: 'active' },
      { status: 'refresh_failing', cause: 'status_changed' },
      ['connection.refresh_failing'],
    ],
    [
      'a revocation',
      { version: 2, status: 'active' },
      { status: 'revoked', cause: 'revoked', token: null },
      ['token.revoked'],
    ],
    [
      'a notice for a living connection',
      { version: 2, status: 'active' },
      { cause: 'notice' },
      ['connection.reauthorization_required'],
    ],
    ['the same fact published again', { version: 2, status: 'active' }, { cause: 'republished', revision: 9 }, []],
    [
      'a failing refresh told again',
      { version: 2, status: 'refresh_failing' },
      { status: 'refresh_failing', cause: 'status_changed', revision: 9 },
      [],
    ],
    [
      'a revocation told again',
      { version: 2, status: 'revoked' },
      { status: 'revoked', cause: 'republished', token: null },
      [],
    ],
  ])('tells of %s', (...[, known, changes, types]) => {
    expect(typesOf(known, changes)).toEqual(types);
  });

  it('tells of a new token whose own publication was replaced by the next one before it was read', () => {
    const failingSince = { status: 'refresh_failing', cause: 'status_changed', revision: 3 } as const;
    expect(typesOf({ version: 1, status: 'active' }, failingSince)).toEqual([
      'token.rotated',
      'connection.refresh_failing',
    ]);
    expect(typesOf(null, { ...failingSince, version: 1 })).toEqual([
      'connection.authorized',
      'connection.refresh_failing',
    ]);
  });

  it('tells of what an empty database learns from a stream that holds the newest publications only', () => {
    expect(typesOf(null, { version: 7, revision: 12, cause: 'republished' })).toEqual(['token.rotated']);
    expect(typesOf(null, { ...lapsed, version: 7 })).toEqual(['connection.reauthorization_required']);
  });

  it('gives the same fact the same id, from whichever publication it is learnt', () => {
    const idOf = (known: Known | null, changes: Partial<Publication>) =>
      deriveEvents(known, publication(changes))[0]?.id;
    const rotated = idOf({ version: 1, status: 'active' }, {});
    expect(idOf(null, {})).toBe(rotated);
    expect(
      idOf({ version: 1, status: 'active' }, { status: 'refresh_failing', cause: 'status_changed', revision: 3 }),
    ).toBe(rotated);
    expect(idOf({ version: 2, status: 'active' }, { version: 3 })).not.toBe(rotated);
  });

  it('distinguishes two lapses of one version by their revision', () => {
    const lapse = (revision: number) =>
      deriveEvents({ version: 2, status: 'active' }, publication({ ...lapsed, revision }))[0]?.id;
    expect(lapse(3)).not.toBe(lapse(5));
  });

  it('makes CloudEvents 1.0 that never hold the token', () => {
    const [event] = deriveEvents({ version: 1, status: 'active' }, publication());
    expect(event).toEqual({
      specversion: '1.0',
      id: '5d2f2f0e-0000-4000-8000-000000000001:2:token.rotated',
      source: '/lockkeeper/access-tokens',
      type: 'token.rotated',
      subject: '5d2f2f0e-0000-4000-8000-000000000001',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: {
        apiService: 'sandbox',
        user: 'ada@example.com',
        version: 2,
        status: 'active',
        expiresAt: '2026-01-01T01:00:00.000Z',
        reason: null,
      },
    });
    expect(JSON.stringify(event)).not.toContain('the-secret');
  });
});
