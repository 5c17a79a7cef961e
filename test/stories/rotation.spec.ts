import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { succeeded } from '../support/api-client.js';
import { type ConnectionView, Desk, type RefreshView, type TokenView, tokenPath } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

/** Exchanges answer with a token of so many seconds; refreshes with one of the usual hour, so that one rotation follows and no more. */
const firstTokenLives =
  (seconds: number, refresh: answers.Behaviour = ({ behave }) => behave()): answers.Behaviour =>
  (exchange) =>
    exchange.request.form['grant_type'] === 'authorization_code'
      ? answers.withMembers({ expires_in: seconds })(exchange)
      : refresh(exchange);

describe('Story 2: rotation', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    const sandbox = { accessTokenSeconds: 12 };
    [system, provider] = await Promise.all([
      System.start({ credentialsReplicas: 2, accessTokensReplicas: 2, sandbox }),
      Provider.start(),
    ]);
    desk = new Desk(system);
    await desk.registerSandbox();
    await desk.registerProvider('five', provider);
  });
  afterEach(() => {
    provider.always('token', null);
    provider.grants.rules.refreshTokens = 'rotate';
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const refreshesOf = (): number => provider.tokenRequests('refresh_token').length;

  describe('on schedule', () => {
    it('G6 refreshes everything that is due, each once, however many replicas look', async () => {
      // Slow enough for every replica to look several times while a refresh is under way.
      provider.always('token', firstTokenLives(10, answers.slowly(700)));
      const before = refreshesOf();
      const connections = await Promise.all(Array.from({ length: 25 }, () => desk.connect('five')));
      await Promise.all(connections.map((connection) => desk.reads(connection, 2)));
      const seen = await Promise.all(connections.map((connection) => desk.look(connection)));
      expect(seen.map(({ version, status }) => [version, status])).toEqual(seen.map(() => [2, 'active']));
      expect(refreshesOf() - before).toBe(connections.length);
    });

    it('G6 refreshes each token in its own time: not before it is due', async () => {
      const connection = await desk.connect('five');
      const { refreshAt, expiresAt } = await desk.look(connection);
      const secondsUntil = (moment: string | null): number => (Date.parse(moment!) - Date.now()) / 1000;
      expect(secondsUntil(refreshAt)).toBeGreaterThan(1800);
      expect(secondsUntil(refreshAt)).toBeLessThan(secondsUntil(expiresAt) - 60);
    });

    it('tells consumers once the newer token can be read, again and again', async () => {
      const events: EventListener = await system.listenTo('sandbox');
      const connection = await desk.connect('sandbox');
      for (const version of [2, 3]) {
        const event = await events.hears(
          'token.rotated',
          (each) => each.subject === connection.id && each.data.version === version,
        );
        expect((await desk.read(connection)).body.version).toBeGreaterThanOrEqual(version);
        expect(event.data).toEqual({
          apiService: 'sandbox',
          user: connection.user,
          version,
          status: 'active',
          expiresAt: expect.any(String),
          fingerprint: expect.any(String),
          reason: null,
        });
      }
      const own = events.heard.filter(({ subject, type }) => subject === connection.id && type === 'token.rotated');
      expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    });
  });

  describe('by command', () => {
    it('G5 an operator refreshes by hand', async () => {
      const connection = await desk.connect('five');
      const first = await desk.reads(connection, 1);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2, status: 'active' });
      const second = await desk.reads(connection, 2);
      expect(second.accessToken).not.toBe(first.accessToken);
      expect(second.connectionId).toBe(connection.id);
    });

    it('does not ask the provider when a newer version exists already', async () => {
      const connection = await desk.connect('five');
      await desk.refresh(connection, 1);
      const before = refreshesOf();
      expect(await desk.refresh(connection, 1)).toMatchObject({ outcome: 'already_rotated', version: 2 });
      expect(refreshesOf()).toBe(before);
    });

    it('F4 a consumer has it refreshed, by the version that its API refused', async () => {
      const connection = await desk.connect('five');
      const consumer = await desk.consumerOf('five');
      const answer = await consumer.post<RefreshView>(`${tokenPath(connection)}/refresh`, { supersedes: 1 });
      expect(answer.status).toBe(200);
      expect((await desk.reads(connection, 2)).version).toBe(2);
      const before = refreshesOf();
      succeeded(await consumer.post(`${tokenPath(connection)}/refresh`, { supersedes: 1 }));
      expect(refreshesOf()).toBe(before);
    });

    it('asks the provider once when a hundred ask at once, by both doors of all replicas', async () => {
      const connection = await desk.connect('five');
      const consumer = await desk.consumerOf('five');
      const before = refreshesOf();
      const gate = answers.held();
      provider.next('token', gate.behaviour);
      const asked = Array.from({ length: 100 }, (_, index) => {
        const byAdmin = index % 2 === 0;
        const replica = Math.floor(index / 2) % 2;
        return byAdmin
          ? system.admin
              .at(system.credentials[replica]!.url)
              .post(`/v1/connections/${connection.id}/refresh`, { supersedes: 1 })
          : consumer.at(system.accessTokens[replica]!.url).post(`${tokenPath(connection)}/refresh`, { supersedes: 1 });
      });
      await gate.reached;
      gate.release();
      const all = await Promise.all(asked);
      expect(all.map(({ status, text }) => (status === 200 ? 200 : text))).toEqual(all.map(() => 200));
      expect(refreshesOf() - before).toBe(1);
      expect((await desk.look(connection)).version).toBe(2);
    });

    it('waits for whoever changes the connection at that moment, and is done then', async () => {
      const connection = await desk.connect('five');
      const client = new Client({ connectionString: system.databases.credentialsDatabaseOwnerUrl! });
      await client.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT FROM connections WHERE id = $1 FOR UPDATE', [connection.id]);
        const asked = desk.refresh(connection, 1);
        const waits = async (): Promise<boolean> =>
          (
            await client.query(
              `SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
            )
          ).rowCount === 1;
        await eventually(waits, { what: 'the refresh waits for the lock' });
        await client.query('COMMIT');
        expect(await asked).toMatchObject({ outcome: 'rotated', version: 2 });
      } finally {
        await client.end();
      }
    });

    it('happens when a reader wants a version, or a life, that the held token does not have', async () => {
      const byVersion = await desk.connect('five');
      expect((await desk.read(byVersion, '?minVersion=2')).body).toMatchObject({ version: 2 });

      provider.always('token', firstTokenLives(30));
      const byLife = await desk.connect('five');
      const read = async (): Promise<TokenView | false> => {
        const token = succeeded(await desk.read(byLife, '?minTtlSeconds=29'));
        return token.version === 2 && token;
      };
      const token = await eventually(read, { what: 'a token that lives 29 seconds is handed out' });
      expect((Date.parse(token.expiresAt!) - Date.now()) / 1000).toBeGreaterThan(29);
    });
  });

  it('leaves alone what else changed of its connection while it was under way', async () => {
    const connection = await desk.connect('five');
    const gate = answers.held();
    provider.next('token', gate.behaviour);
    const refreshing = desk.refresh(connection, 1);
    await gate.reached;
    const notify = 'somebody@else.example';
    succeeded(await system.admin.patch(`/v1/connections/${connection.id}`, { notify }));
    gate.release();
    expect(await refreshing).toMatchObject({ outcome: 'rotated', version: 2 });
    expect(await desk.look(connection)).toMatchObject({ version: 2, status: 'active', notify });
  });

  describe('what the answer leaves out', () => {
    it('keeps the refresh token when the provider sends no new one', async () => {
      provider.grants.rules.refreshTokens = 'keep';
      const connection = await desk.connect('five');
      await desk.refresh(connection);
      await desk.refresh(connection);
      const [first, second] = provider.tokenRequests('refresh_token').slice(-2);
      expect(second!.form['refresh_token']).toBe(first!.form['refresh_token']);
      expect(await desk.look(connection)).toMatchObject({ version: 3, refreshable: true });
    });

    it('D050 spends each refresh token once when the provider rotates them', async () => {
      const connection = await desk.connect('five');
      for (const version of [2, 3, 4])
        expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version });
      const sent = provider
        .tokenRequests('refresh_token')
        .slice(-3)
        .map(({ form }) => form['refresh_token']);
      expect(new Set(sent).size).toBe(3);
    });

    it('keeps the scope when the refresh does not name one', async () => {
      succeeded(await system.admin.post('/v1/connections', { apiService: 'five', user: 'scoped', scopes: ['read'] }));
      const connection = await desk.connect('five', 'scoped');
      provider.next('token', answers.withMembers({ scope: undefined }));
      await desk.refresh(connection);
      expect((await desk.reads(connection, 2)).scope).toBe('read');
    });
  });

  it('D012 tells of scopes that were asked for, or granted before, and are gone', async () => {
    const events = await system.listenTo('five');
    const body = { apiService: 'five', user: 'reduced', scopes: ['read', 'write', 'share'] };
    succeeded(await system.admin.post('/v1/connections', body));
    provider.next('token', answers.withMembers({ scope: 'read write' }), answers.withMembers({ scope: 'read' }));
    const connection = await desk.connect('five', 'reduced');
    const reduced = (version: number) =>
      events.hears('scope_reduced', ({ subject, data }) => subject === connection.id && data.version === version);
    expect((await reduced(1)).data).toMatchObject({ lostScopes: ['share'] });
    expect(await desk.look(connection)).toMatchObject({
      requestedScopes: ['read', 'write', 'share'],
      scope: 'read write',
      scopeReduction: { version: 1, lost: ['share'] },
    });

    await desk.refresh(connection);
    expect((await reduced(2)).data).toMatchObject({ lostScopes: ['write'] });
    expect((await desk.reads(connection, 2)).scope).toBe('read');
    const told = (await desk.timeline(connection)).filter(({ event }) => event === 'scope_reduced');
    expect(told.map(({ version, detail }) => [version, detail])).toEqual([
      [2, 'The new token lacks write.'],
      [1, 'The new token lacks share.'],
    ]);
  });

  describe('G5 reauthorization by hand', () => {
    it('mends the same connection: same id, next version', async () => {
      const connection = await desk.connect('five');
      await desk.consent(connection);
      const token = await desk.reads(connection, 2);
      expect(token.connectionId).toBe(connection.id);
      expect(await desk.look(connection)).toMatchObject({ id: connection.id, version: 2, status: 'active' });
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
    });

    it('outruns a refresh that is under way: the older grant never replaces the newer', async () => {
      const connection = await desk.connect('five');
      const gate = answers.held();
      provider.next('token', gate.behaviour);
      const refreshing = desk.refresh(connection, 1);
      await gate.reached;
      await desk.consent(connection);
      const consented = await desk.reads(connection, 2);
      gate.release();
      await refreshing;
      expect((await desk.look(connection)).version).toBe(2);
      expect((await desk.reads(connection, 2)).accessToken).toBe(consented.accessToken);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
    });
  });

  describe('G9 a notice', () => {
    it('asks for a reauthorization as an event, also when another program asks, and one at a time', async () => {
      const events = await system.listenTo('five');
      const connection = await desk.connect('five');
      const consumer = await desk.consumerOf('five');
      const first = succeeded(
        await consumer.post<{ created: boolean }>(`${tokenPath(connection)}/notices`, { reason: 'new scopes' }),
      );
      const second = succeeded(
        await system.admin.post<{ created: boolean }>(`/v1/connections/${connection.id}/notices`),
      );
      expect([first.created, second.created]).toEqual([true, false]);
      const event = await events.hears(
        'connection.reauthorization_required',
        ({ subject }) => subject === connection.id,
      );
      expect(event.data).toMatchObject({ user: connection.user, reason: 'new scopes' });
      await eventually(() => system.logs.includes('reauthorization_notice'), { what: 'the log tells of it' });

      await desk.consent(connection);
      const third = succeeded(
        await system.admin.post<{ created: boolean }>(`/v1/connections/${connection.id}/notices`),
      );
      expect(third.created).toBe(true);
    });
  });

  it('leaves no connection behind in its lease', async () => {
    const { items } = succeeded(
      await system.admin.get<{ items: ConnectionView[] }>('/v1/connections?apiService=five&limit=1000'),
    );
    expect(items.length).toBeGreaterThan(25);
    expect(items.filter(({ status }) => status !== 'active')).toEqual([]);
  });
});
