import { describe, expect, it } from '@jest/globals';
import { Connection, type ConnectionFault, type SealedGrant } from './connection.entity.js';

const now = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-21T13:00:00Z');

const grant: SealedGrant = {
  accessToken: 'sealed-access',
  refreshToken: 'sealed-refresh',
  captured: 'sealed-captured',
  namedTokens: null,
  dpopKey: null,
  tokenType: 'Bearer',
  scope: 'read',
  issuedAt: now,
  expiresAt: later,
  refreshTokenExpiresAt: null,
  refreshAt: later,
  diesAt: null,
  diesBecause: null,
  deathIsFixed: false,
};

const fault: ConnectionFault = {
  owner: 'grant',
  code: 'invalid_grant',
  detail: 'It is dead.',
  hint: null,
  at: now.toISOString(),
};

function connection(over: Partial<Connection> = {}): Connection {
  const fresh = {
    id: 'c1',
    status: 'pending',
    version: 0,
    revision: 0,
    fence: 0,
    failures: 0,
    leaseOwner: 'me',
    leaseUntil: later,
  };
  return Object.assign(new Connection(), fresh, over);
}

describe('Connection', () => {
  it('begins its life with the first consent, as version 1', () => {
    const one = connection();
    one.authorize(grant, now);
    expect(one).toMatchObject({
      status: 'active',
      version: 1,
      revision: 1,
      fence: 1,
      authorizedAt: now,
      accessToken: 'sealed-access',
    });
  });

  it('closes its notice with the consent or the revocation, and cancels what waits', () => {
    const passage = (channel: 'email' | 'event', status: 'pending' | 'delivered') => ({
      channel,
      status,
      settledAt: null,
    });
    const notice = {
      ...{ id: 'n1', cause: 'requested' as const, reason: 'Why.', requestedBy: 'key:1', openedAt: now.toISOString() },
      ...{ sentAt: null, closedAt: null, closedBecause: null, asked: null },
      channels: [passage('email', 'pending'), passage('event', 'delivered')],
    };
    const one = connection({ status: 'active', version: 1, revision: 4 });
    one.bear(notice);
    one.askConsumers('Please.');
    one.bear({ ...notice, sentAt: now.toISOString() });
    expect(one.notice).toMatchObject({ asked: { revision: 4, reason: 'Please.' }, sentAt: now.toISOString() });
    one.rotate(grant, now);
    expect(one.notice!.closedAt).toBeNull();
    one.authorize(grant, now);
    expect(one.notice).toMatchObject({ closedAt: now.toISOString(), closedBecause: 'reauthorized' });
    expect(one.notice!.channels.map(({ status }) => status)).toEqual(['cancelled', 'delivered']);
    one.revoke(later);
    expect(one.notice).toMatchObject({ closedAt: now.toISOString(), closedBecause: 'reauthorized' });
  });

  it('counts each rotation, and gives its lease back', () => {
    const one = connection({ status: 'refresh_failing', version: 4, revision: 9, failures: 3, fault });
    one.rotate(grant, now);
    expect(one).toMatchObject({
      status: 'active',
      version: 5,
      revision: 10,
      failures: 0,
      fault: null,
      leaseOwner: null,
      leaseUntil: null,
    });
  });

  it('keeps its token while refreshes fail, and tells others of it only once', () => {
    const one = connection({ ...grant, status: 'active', version: 2, revision: 2 });
    one.failRefresh(fault, later, now);
    one.failRefresh(fault, later, now);
    expect(one).toMatchObject({
      status: 'refresh_failing',
      version: 2,
      revision: 3,
      failures: 2,
      accessToken: 'sealed-access',
    });
  });

  it('holds no token once its grant is dead', () => {
    const one = connection({ ...grant, status: 'active', version: 2 });
    one.lapse(fault, now);
    expect(one).toMatchObject({
      status: 'reauthorization_required',
      version: 2,
      accessToken: null,
      refreshToken: null,
      refreshAt: null,
      fault,
    });
  });

  it('D127 is mended by a new consent: the same connection, its version one higher', () => {
    const one = connection({ status: 'reauthorization_required', version: 7, fault });
    one.authorize(grant, now);
    expect(one).toMatchObject({ id: 'c1', status: 'active', version: 8, fault: null });
  });

  it('outruns a refresh under way when its user consents or it is revoked', () => {
    const [consented, revoked] = [
      connection({ status: 'active', fence: 3 }),
      connection({ status: 'active', fence: 3 }),
    ];
    consented.authorize(grant, now);
    revoked.revoke(now);
    expect([consented.fence, revoked.fence]).toEqual([4, 4]);
  });

  it('erases every secret when it is revoked, and lives no more by a refresh', () => {
    const one = connection({ ...grant, status: 'active', version: 3 });
    one.revoke(now);
    expect(one).toMatchObject({
      status: 'revoked',
      accessToken: null,
      refreshToken: null,
      captured: null,
      refreshAt: null,
    });
    expect(() => one.rotate(grant, now)).toThrow(/revoked/);
    expect(() => one.failRefresh(fault, later, now)).toThrow(/revoked/);
    expect(() => one.lapse(fault, now)).toThrow(/revoked/);
  });

  it('keeps the announcement of its death for as long as the day of its death stays the same', () => {
    const diesAt = new Date('2026-12-01T00:00:00Z');
    const one = connection({ status: 'active', version: 1, revision: 1, diesAt });
    one.foretell(7, now);
    expect(one).toMatchObject({ foretoldDays: 7, revision: 2 });
    one.rotate({ ...grant, diesAt: new Date(diesAt) }, now);
    expect(one.foretoldDays).toBe(7);
    one.rotate({ ...grant, diesAt: later }, now);
    expect(one.foretoldDays).toBeNull();
  });

  it('remembers with which version it could do less, until somebody consents anew', () => {
    const one = connection({ status: 'active', version: 1 });
    one.rotate(grant, now);
    one.reduceScope(['write']);
    one.rotate(grant, now);
    expect(one.scopeReduction).toEqual({ version: 2, lost: ['write'] });
    one.authorize(grant, now);
    expect(one.scopeReduction).toBeNull();
  });
});
