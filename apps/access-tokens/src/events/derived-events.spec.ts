import { describe, expect, it } from '@jest/globals';
import type { ApiServicePublication, Publication, PublishedNotice } from '@lockkeeper/contracts';
import { type Known, apiServiceEvents, deriveEvents } from './derived-events.js';

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

const known = (version: number, status: Known['status'], forecast: Known['forecast'] = null): Known => ({
  version,
  status,
  forecast,
  askedRevision: null,
});
const notice = (asked: PublishedNotice['asked'], closedAt: string | null = null): PublishedNotice => ({
  id: '7d2f2f0e-0000-4000-8000-000000000001',
  cause: 'requested',
  reason: 'Somebody wants it.',
  requestedBy: 'key:1',
  openedAt: '2026-01-01T00:00:00.000Z',
  sentAt: null,
  channels: [{ channel: 'event', status: 'delivered', settledAt: '2026-01-01T00:00:00.000Z' }],
  closedAt,
  closedBecause: closedAt === null ? null : 'reauthorized',
  asked,
});
const wanted = { revision: 3, reason: 'New scopes.' };
const inAWeek = { diesAt: '2026-01-08T00:00:00.000Z', because: 'Its refresh token ends then.', daysAhead: 7 };

const derived = (before: Known | null, changes: Partial<Publication>) =>
  deriveEvents(before, publication(changes), { own: 'f00d', named: { user: 'beef' } });

const typesOf = (before: Known | null, changes: Partial<Publication>): string[] =>
  derived(before, changes).map(({ type }) => type);

describe('deriveEvents', () => {
  it.each<[string, Known | null, Partial<Publication>, string[]]>([
    ['a first consent', null, { version: 1, revision: 1, cause: 'authorized' }, ['connection.authorized']],
    ['a rotation', known(1, 'active'), {}, ['token.rotated']],
    ['a reauthorization', known(1, 'reauthorization_required'), { cause: 'authorized' }, ['connection.authorized']],
    ['a consent after a revocation', known(1, 'revoked'), { cause: 'authorized' }, ['connection.authorized']],
    ['a dead grant', known(2, 'active'), { ...lapsed, revision: 3 }, ['connection.reauthorization_required']],
    [
      'a failing refresh',
      known(2, 'active'),
      { status: 'refresh_failing', cause: 'status_changed' },
      ['connection.refresh_failing'],
    ],
    ['a revocation', known(2, 'active'), { status: 'revoked', cause: 'revoked', token: null }, ['token.revoked']],
    [
      'a notice for a living connection',
      known(2, 'active'),
      { cause: 'notice', revision: 3, notice: notice(wanted) },
      ['connection.reauthorization_required'],
    ],
    [
      'a notice whose own publication was replaced by what became of it',
      known(2, 'active'),
      { cause: 'republished', revision: 4, notice: notice(wanted) },
      ['connection.reauthorization_required'],
    ],
    [
      'a notice that was told',
      { ...known(2, 'active'), askedRevision: 3 },
      { cause: 'republished', revision: 4, notice: notice(wanted) },
      [],
    ],
    [
      'a further asking by the same notice',
      { ...known(2, 'active'), askedRevision: 2 },
      { cause: 'notice', revision: 3, notice: notice(wanted) },
      ['connection.reauthorization_required'],
    ],
    ['a notice that is none of consumers’ business', known(2, 'active'), { revision: 3, notice: notice(null) }, []],
    [
      'a notice that was acted on before anybody heard of it',
      known(2, 'active'),
      { revision: 5, notice: notice(wanted, '2026-01-02T00:00:00.000Z') },
      [],
    ],
    [
      'a notice and the death that came after it, once',
      known(2, 'active'),
      { ...lapsed, revision: 4, notice: notice(wanted) },
      ['connection.reauthorization_required'],
    ],
    ['an old notice, to nobody who knew nothing', null, { revision: 9, notice: notice(wanted) }, ['token.rotated']],
    [
      'a notice of a credentials that tells it by the cause alone',
      known(2, 'active'),
      { cause: 'notice', revision: 3 },
      ['connection.reauthorization_required'],
    ],
    ['the same fact published again', known(2, 'active'), { cause: 'republished', revision: 9 }, []],
    [
      'a failing refresh told again',
      known(2, 'refresh_failing'),
      { status: 'refresh_failing', cause: 'status_changed', revision: 9 },
      [],
    ],
    [
      'a death that is near',
      known(2, 'active'),
      { cause: 'expiring', revision: 3, forecast: inAWeek },
      ['connection.expiring'],
    ],
    [
      'a death that is nearer still',
      known(2, 'active', { ...inAWeek, daysAhead: 30 }),
      { cause: 'expiring', revision: 3, forecast: inAWeek },
      ['connection.expiring'],
    ],
    [
      'a death that comes on another day',
      known(2, 'active', { ...inAWeek, diesAt: '2026-01-07T00:00:00.000Z' }),
      { cause: 'republished', revision: 3, forecast: inAWeek },
      ['connection.expiring'],
    ],
    ['an announcement told again', known(2, 'active', inAWeek), { cause: 'republished', forecast: inAWeek }, []],
    [
      'a death that has happened',
      known(2, 'active', inAWeek),
      { ...lapsed, forecast: { ...inAWeek, daysAhead: 1 } },
      ['connection.reauthorization_required'],
    ],
    [
      'a token that can do less',
      known(1, 'active'),
      { scopeReduction: { version: 2, lost: ['write'] } },
      ['token.rotated', 'scope_reduced'],
    ],
    ['a loss told again', known(2, 'active'), { scopeReduction: { version: 2, lost: ['write'] } }, []],
    [
      'a loss whose own publication was replaced by the next one',
      known(1, 'active'),
      { version: 3, scopeReduction: { version: 2, lost: ['write'] } },
      ['token.rotated', 'scope_reduced'],
    ],
    [
      'an old loss, to nobody who knew nothing',
      null,
      { version: 3, scopeReduction: { version: 2, lost: ['write'] } },
      ['token.rotated'],
    ],
    ['a revocation told again', known(2, 'revoked'), { status: 'revoked', cause: 'republished', token: null }, []],
  ])('tells of %s', (...[, before, changes, types]) => {
    expect(typesOf(before, changes)).toEqual(types);
  });

  it('tells of a new token whose own publication was replaced by the next one before it was read', () => {
    const failingSince = { status: 'refresh_failing', cause: 'status_changed', revision: 3 } as const;
    expect(typesOf(known(1, 'active'), failingSince)).toEqual(['token.rotated', 'connection.refresh_failing']);
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
    const idOf = (before: Known | null, changes: Partial<Publication>) => derived(before, changes)[0]?.id;
    const rotated = idOf(known(1, 'active'), {});
    expect(idOf(null, {})).toBe(rotated);
    expect(idOf(known(1, 'active'), { status: 'refresh_failing', cause: 'status_changed', revision: 3 })).toBe(rotated);
    expect(idOf(known(2, 'active'), { version: 3 })).not.toBe(rotated);
  });

  it('says of a notice why it was asked, under one id', () => {
    const asking = { cause: 'notice', revision: 3, reason: 'New scopes.', notice: notice(wanted) } as const;
    const [event] = derived(known(2, 'active'), asking);
    expect(event).toMatchObject({ data: { reason: 'New scopes.', status: 'active' } });
    const [later] = derived(known(2, 'active'), { ...asking, cause: 'republished', revision: 4, reason: null });
    expect(later).toMatchObject({ id: event?.id, data: { reason: 'New scopes.' } });
  });

  it('distinguishes two lapses of one version by their revision', () => {
    const lapse = (revision: number) => derived(known(2, 'active'), { ...lapsed, revision })[0]?.id;
    expect(lapse(3)).not.toBe(lapse(5));
  });

  it('tells of a named token by its name and its own fingerprint', () => {
    const user = { accessToken: 'u', tokenType: 'user', scope: null, expiresAt: null, version: 3 };
    const changes = { version: 3, revision: 3, tokenVersion: 2, namedTokens: { user } };
    expect(derived(known(2, 'active'), changes)).toMatchObject([
      { type: 'token.rotated', data: { token: 'user', fingerprint: 'beef', version: 3, expiresAt: null } },
    ]);
  });

  it('makes CloudEvents 1.0 that never hold the token', () => {
    const [event] = derived(known(1, 'active'), {});
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
        fingerprint: 'f00d',
        reason: null,
      },
    });
    expect(JSON.stringify(event)).not.toContain('the-secret');
  });

  it('says when it dies and why, and what was lost, and names each of these facts once', () => {
    const [expiring] = derived(known(2, 'active'), { cause: 'expiring', revision: 3, forecast: inAWeek });
    expect(expiring).toMatchObject({ data: inAWeek });
    expect(derived(null, { revision: 9, forecast: inAWeek })[1]?.id).toBe(expiring?.id);
    const lost = { scopeReduction: { version: 2, lost: ['write'] } };
    const [, reduced] = derived(known(1, 'active'), lost);
    expect(reduced).toMatchObject({ data: { version: 2, lostScopes: ['write'] } });
    expect(derived(known(1, 'active'), { ...lost, version: 3 })[1]).toMatchObject({
      id: reduced?.id,
      data: { version: 3 },
    });
  });
});

describe('apiServiceEvents', () => {
  const fault: ApiServicePublication = {
    apiServiceId: '9d2f2f0e-0000-4000-8000-000000000001',
    apiService: 'sandbox',
    status: 'client_fault',
    revision: 3,
    reason: 'The provider refuses our client.',
    occurredAt: '2026-01-01T00:00:00.000Z',
  };

  it('tell of a refused client, and of its end, under the API service’s own id', () => {
    const [opened] = apiServiceEvents(null, fault);
    expect(opened).toEqual({
      specversion: '1.0',
      id: '9d2f2f0e-0000-4000-8000-000000000001:3:api_service.client_fault',
      source: '/lockkeeper/access-tokens',
      type: 'api_service.client_fault',
      subject: '9d2f2f0e-0000-4000-8000-000000000001',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: {
        apiService: 'sandbox',
        user: null,
        version: null,
        status: 'client_fault',
        expiresAt: null,
        fingerprint: null,
        reason: 'The provider refuses our client.',
      },
    });
    const healed = { ...fault, status: 'active', revision: 4, reason: null } as const;
    expect(apiServiceEvents('client_fault', healed)).toMatchObject([{ data: { status: 'active' } }]);
  });

  it('are none where nothing changed', () => {
    expect(apiServiceEvents('client_fault', { ...fault, revision: 4 })).toEqual([]);
    expect(apiServiceEvents(null, { ...fault, status: 'active' })).toEqual([]);
  });
});
