import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

interface Order {
  id: string;
  status: string;
  waitsBecause: string | null;
  progress: { connections: Record<string, number>; provider: Record<string, number> };
}

interface Item {
  connectionId: string;
  state: string;
  receipts: { cause: string; state: string; version: number; receipt: { asked: unknown[] } | null }[];
}

interface Blast {
  effect: string | null;
  tokens: { token: string; fate: string }[];
  connections: { id: string; certain: boolean }[];
  exposure: string;
  consumers: { consumerId: string; consumerName: string; lastVersion: number }[];
}

const REVOKE_BODY = { encoding: 'form', parameters: { token: '{{ token }}' } };

describe('revoking before it is too late', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    const env = { CREDENTIALS_LEASE_SECONDS: '8', CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '4' };
    [system, provider] = await Promise.all([System.start({ env }), Provider.start()]);
    desk = new Desk(system);
    const revoking = (effect: string) => ({
      revoke: { request: { url: provider.address('revoke'), body: REVOKE_BODY }, effect },
    });
    await desk.registerManifest('alone', provider, revoking('token'));
    await desk.registerManifest('family', provider, revoking('family'));
    await desk.registerManifest('many', provider, revoking('token'));
    await desk.registerManifest('no-way', provider, { revoke: { byUserAt: 'https://provider.example/apps' } });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const dryRun = async ({ id }: Connected): Promise<Blast> =>
    succeeded(await system.admin.post<Blast>(`/v1/connections/${id}/revoke?dryRun=true`));
  const place = async (body: object): Promise<Order> =>
    succeeded(await system.admin.post<Order>('/v1/revocations', body));
  const look = async ({ id }: Order): Promise<Order> =>
    succeeded(await system.admin.get<Order>(`/v1/revocations/${id}`));
  const items = async ({ id }: Order): Promise<Item[]> =>
    succeeded(await system.admin.get<{ items: Item[] }>(`/v1/revocations/${id}/items?limit=1000`)).items;
  const done = (order: Order): Promise<Order> =>
    eventually(
      async () => {
        const seen = await look(order);
        if (seen.status !== 'done') throw new Error(JSON.stringify(seen));
        return seen;
      },
      { what: 'the order is done' },
    );
  const connectAll = (apiService: string, count: number): Promise<Connected[]> =>
    Promise.all(Array.from({ length: count }, () => desk.connect(apiService)));

  describe('its blast', () => {
    it('is told before, and nothing is done: tokens, other connections, consumers', async () => {
      const connection = await desk.connect('alone');
      const reader = await desk.consumerOf('alone');
      expect(reader).toBeDefined();
      const { accessToken } = await desk.reads(connection, 1);
      const blast = await dryRun(connection);
      expect(blast).toMatchObject({
        effect: 'token',
        tokens: [
          { token: 'refresh_token', fate: 'asked' },
          { token: 'access_token', fate: 'asked' },
        ],
        connections: [],
        exposure: 'known',
        consumers: [{ consumerName: 'reader of alone', lastVersion: 1 }],
      });
      expect(provider.grants.userOf(accessToken)).not.toBeNull();
      expect(await desk.look(connection)).toMatchObject({ status: 'active' });
    });

    it('takes other connections along where a whole grant dies, as far as anybody knows', async () => {
      const [one, other] = await connectAll('family', 2);
      expect(await dryRun(one!)).toMatchObject({
        effect: 'family',
        tokens: [
          { token: 'refresh_token', fate: 'asked' },
          { token: 'access_token', fate: 'taken_along' },
        ],
        connections: [{ id: other!.id, certain: false }],
      });
    });

    it('is none at the provider where only the user can revoke, and the receipt tells where', async () => {
      const connection = await desk.connect('no-way');
      expect(await dryRun(connection)).toMatchObject({
        effect: null,
        tokens: [{ fate: 'lives_on' }, { fate: 'lives_on' }],
      });
      expect((await desk.revoke(connection)).body).toMatchObject({
        receipt: { outcome: 'not_supported', userDoesItAt: 'https://provider.example/apps', asked: [] },
      });
    });

    it('could not be checked where access-tokens is away, and says so', async () => {
      const connection = await desk.connect('alone');
      await system.kill('access-tokens-1');
      try {
        expect(await dryRun(connection)).toMatchObject({ exposure: 'could_not_check', consumers: [] });
      } finally {
        await system.replica('access-tokens-1').start();
      }
    });
  });

  describe('G11 everything at once', () => {
    it('means nothing by accident', async () => {
      for (const body of [{}, { reissue: true }, { all: true, apiService: 'alone' }, { all: false }])
        expect([body, (await system.admin.post('/v1/revocations', body)).status]).toEqual([body, 400]);
    });

    it('can be rehearsed', async () => {
      const [one] = await connectAll('family', 1);
      const rehearsal = { connections: [one!.id] };
      const answer = await system.admin.post('/v1/revocations?dryRun=true', rehearsal);
      expect(answer).toMatchObject({
        status: 200,
        body: { dryRun: true, total: 1, connections: [{ id: one!.id, would: 'revoke' }], exposure: 'known' },
      });
      expect(await desk.look(one!)).toMatchObject({ status: 'active' });
    });

    it('goes on after a kill -9 in the middle: none left out, each with its receipt', async () => {
      const connections = await connectAll('many', 12);
      const old = await Promise.all(connections.map((connection) => desk.reads(connection, 1)));
      const refreshesBefore = provider.tokenRequests('refresh_token').length;
      const order = await place({ apiService: 'many', perSecond: 3 });
      await eventually(async () => ((await look(order)).progress.connections['reissued'] ?? 0) >= 3, {
        what: 'some of it is done',
      });
      await system.kill('credentials-1');
      const [left] = await rowsOf<{ count: number }>(
        system.databases.credentialsDatabaseUrl,
        `SELECT count(*)::int AS count FROM revocation_order_items WHERE order_id = $1 AND state = 'waiting'`,
        [order.id],
      );
      expect(left!.count).toBeGreaterThan(0);
      await system.replica('credentials-1').start();
      expect((await done(order)).progress.connections).toMatchObject({
        waiting: 0,
        reissued: 12,
        revoked: 0,
        failed: 0,
      });
      await eventually(() => old.every(({ accessToken }) => provider.grants.userOf(accessToken) === null), {
        what: 'every old token is dead',
      });
      for (const connection of connections) {
        const { accessToken } = await desk.reads(connection, 2);
        expect(provider.grants.userOf(accessToken)).not.toBeNull();
      }
      const refreshes = provider.tokenRequests('refresh_token').length - refreshesBefore;
      expect(refreshes).toBeGreaterThanOrEqual(12);
      const receipts = (await items(order)).map(({ state, receipts }) => [state, receipts.map(({ cause }) => cause)]);
      expect(receipts).toEqual(Array.from({ length: 12 }, () => ['reissued', ['exposed']]));
      await eventually(async () => (await look(order)).progress.provider['revoked'] === 12, {
        what: 'all receipts are in',
      });
    });

    it('ends what can’t be reissued, and everything where that is wanted', async () => {
      const [family, alone] = [await desk.connect('family', 'mallory'), await desk.connect('alone', 'mallory')];
      const reissued = await done(await place({ user: 'mallory' }));
      expect(reissued.progress.connections).toMatchObject({ reissued: 1, revoked: 1 });
      expect([(await desk.look(family)).status, (await desk.look(alone)).status]).toEqual(['revoked', 'active']);
      const ended = await done(await place({ user: 'mallory', reissue: false }));
      expect(ended.progress.connections).toMatchObject({ reissued: 0, revoked: 1 });
      expect((await desk.look(alone)).status).toBe('revoked');
    });

    it('for what one consumer has read, once access-tokens can be asked', async () => {
      const [read, unread] = await connectAll('alone', 2);
      const body = { name: 'the thief', entitlements: [{ apiService: 'alone' }] };
      const thief = succeeded(await system.tokensAdmin.post<{ id: string; key: string }>('/v1/consumers', body));
      succeeded(await system.tokensAdmin.with(thief.key).get(`/v1/tokens/alone/${read!.user}`));
      await system.kill('access-tokens-1');
      const order = await place({ consumer: thief.id });
      await eventually(async () => (await look(order)).waitsBecause !== null, { what: 'it says what it waits for' });
      await system.replica('access-tokens-1').start();
      expect((await done(order)).progress.connections).toMatchObject({ reissued: 1, revoked: 0 });
      const whose = { connectionId: read!.id, apiService: read!.apiService, user: read!.user };
      expect(await items(order)).toMatchObject([whose]);
      expect((await desk.look(unread!)).version).toBe(1);
    });

    it('for what was read in a window of time, or for all that there is', async () => {
      const before = await desk.connect('alone');
      await desk.reads(before, 1);
      const moment = new Date().toISOString();
      const within = await desk.connect('alone');
      await desk.reads(within, 1);
      const meant = (scope: object): Promise<string[]> =>
        eventually(
          async () => {
            type Rehearsal = { total: number | null; connections: { id: string }[] };
            const answer = await system.admin.post<Rehearsal>('/v1/revocations?dryRun=true', scope);
            const { total, connections } = succeeded(answer);
            return total !== null && connections.map(({ id }) => id);
          },
          { what: 'access-tokens could be asked' },
        );
      const [since, until, all] = [
        await meant({ since: moment }),
        await meant({ until: moment }),
        await meant({ all: true }),
      ];
      expect([since.includes(within.id), since.includes(before.id)]).toEqual([true, false]);
      expect([until.includes(within.id), until.includes(before.id)]).toEqual([false, true]);
      expect(all).toEqual(expect.arrayContaining([before.id, within.id]));
    });

    it('is in the audit log, by whom it was asked for', async () => {
      const { items: entries } = succeeded(
        await system.admin.get<{ items: { action: string; actor: string }[] }>('/v1/audit?action=revocation_order.*'),
      );
      expect(entries.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['revocation_order.placed', 'revocation_order.finished']),
      );
      const placed = entries.filter(({ action }) => action.endsWith('placed'));
      expect(placed.map(({ actor }) => actor)).toEqual(placed.map(() => expect.stringMatching(/^key:/)));
    });
  });
});
