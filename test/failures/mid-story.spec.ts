import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LockkeeperEvent, STREAMS } from '@lockkeeper/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { ApiClient } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

/** Two replicas of each app on one database; then parts of it go away in the middle of things. */
describe('in the middle of the story', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    const env = { CREDENTIALS_LEASE_SECONDS: '6', CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '3' };
    [system, provider] = await Promise.all([
      System.start({ credentialsReplicas: 2, accessTokensReplicas: 2, ownPostgres: true, env }),
      Provider.start(),
    ]);
    desk = new Desk(system);
    await desk.registerProvider('five', provider);
  });
  afterEach(() => provider.always('token', null));
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const refreshes = (): number => provider.tokenRequests('refresh_token').length;
  /** Versions of the rotations that the stream holds, in its order. Live listeners miss what passes while they reconnect. */
  async function rotationsStored({ id }: Connected): Promise<number[]> {
    const provisioner = await connectAs(system.stack.nats, 'provisioner');
    try {
      const manager = await jetstreamManager(provisioner, { checkAPI: false });
      const { state } = await manager.streams.info(STREAMS.events);
      const all = await Promise.all(
        Array.from({ length: state.last_seq }, (_none, index) =>
          manager.streams.getMessage(STREAMS.events, { seq: index + 1 }),
        ),
      );
      const stored = all.map((message) => JSON.parse(message!.string()) as LockkeeperEvent);
      return stored.flatMap(({ type, subject, data }) =>
        type === 'token.rotated' && subject === id ? [data.version] : [],
      );
    } finally {
      await provisioner.close();
    }
  }

  describe('NATS goes away', () => {
    it('rotation goes on, reading goes on, and everything arrives in order once it is back', async () => {
      const connection = await desk.connect('five');
      await system.stack.nats.stop();
      expect((await desk.refresh(connection)).outcome).toBe('rotated');
      expect((await desk.refresh(connection)).outcome).toBe('rotated');
      expect((await desk.look(connection)).version).toBe(3);
      expect((await desk.reads(connection, 1)).version).toBe(1);
      const ready = await fetch(`${system.credentialsUrl}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'degraded' })]);
      expect((await system.admin.get('/metrics')).text).toMatch(/^lockkeeper_outbox_pending [1-9]/m);
      await system.stack.nats.start();
      expect((await desk.reads(connection, 3, 30_000)).version).toBe(3);
      const emptied = async (): Promise<boolean> =>
        (await system.admin.get('/metrics')).text.includes('lockkeeper_outbox_pending 0');
      await eventually(emptied, { what: 'the outbox is empty' });
      await eventually(async () => (await rotationsStored(connection)).includes(3), { what: 'the event is stored' });
      const told = await rotationsStored(connection);
      expect(told).toEqual([...new Set(told)].sort((one, other) => one - other));
    });

    it('a consumer that asks for a refresh meanwhile is told so, and when to come again', async () => {
      const connection = await desk.connect('five');
      const consumer = await desk.consumerOf('five');
      await system.stack.nats.stop();
      const answer = await consumer.post(`/v1/tokens/five/${connection.user}/refresh`, { supersedes: 1 });
      expect(answer.status).toBe(503);
      expect(answer.body).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
      await system.stack.nats.start();
      await eventually(
        async () =>
          (await consumer.post(`/v1/tokens/five/${connection.user}/refresh`, { supersedes: 1 })).status === 200,
        { what: 'commands are heard again', deadlineMs: 30_000 },
      );
      expect((await desk.reads(connection, 2)).version).toBe(2);
    });
  });

  describe('PostgreSQL goes away', () => {
    it('between a refresh’s answer and its save: the only copy of the new refresh token is not lost', async () => {
      const connection = await desk.connect('five');
      const gate = answers.held();
      provider.next('token', gate.behaviour);
      const before = refreshes();
      const asked = desk.refresh(connection).catch((error: Error) => error);
      await gate.reached;
      await system.stack.postgres.stop();
      gate.release();
      await eventually(() => system.logs.includes('answer_spooled'), { what: 'the answer is in the spool' });
      await system.stack.postgres.start();
      await asked;
      expect((await desk.reads(connection, 2, 40_000)).version).toBe(2);
      expect(refreshes() - before).toBe(1);
      // The refresh token that was saved so late is the living one.
      expect((await desk.refresh(connection)).outcome).toBe('rotated');
    });

    it('all replicas find it again by themselves', async () => {
      const connection = await desk.connect('five');
      await system.stack.postgres.restart();
      await eventually(async () => (await desk.refresh(connection)).version >= 2, { what: 'it rotates again' });
      await desk.reads(connection, 2);
      expect(system.processes.every(({ running }) => running)).toBe(true);
    });
  });

  describe('a replica is stopped', () => {
    it('while it refreshes: it takes the answer in, hands everything over, and goes without a complaint', async () => {
      const connection = await desk.connect('five');
      const replica = system.replica('credentials-2');
      const operator = new ApiClient(replica.url, system.keys.credentialsAdmin);
      const gate = answers.held();
      provider.next('token', gate.behaviour);
      const asked = operator.post<{ outcome: string }>(`/v1/connections/${connection.id}/refresh`);
      await gate.reached;
      const before = replica.lines.length;
      const ended = replica.stop('SIGTERM');
      gate.release();
      expect((await asked).body.outcome).toBe('rotated');
      expect([0, 'SIGTERM', 143]).toContain(await ended);
      expect((await desk.reads(connection, 2)).version).toBe(2);
      expect(replica.lines.slice(before).filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
      await replica.start();
    });
  });

  describe('a replica is killed', () => {
    it('while the provider works on its refresh: another one finds out, and says how it ended', async () => {
      const connection = await desk.connect('five');
      const gate = answers.held(answers.closeConnection);
      provider.next('token', gate.behaviour);
      const asked = desk.refresh(connection).catch((error: Error) => error);
      await gate.reached;
      await system.kill('credentials-1');
      await asked;
      // The provider never acted: the old refresh token is good, and trying again succeeds.
      await eventually(
        async () => {
          const [row] = await rowsOf<{ outcome: string | null }>(
            system.databases.credentialsDatabaseUrl,
            `SELECT outcome FROM refresh_ledger WHERE connection_id = $1 ORDER BY intended_at LIMIT 1`,
            [connection.id],
          );
          return row?.outcome === 'indeterminate';
        },
        { what: 'the interrupted refresh is told as indeterminate', deadlineMs: 40_000 },
      );
      gate.release();
      await desk.reads(connection, 2, 40_000);
      await system.replica('credentials-1').start();
      expect((await desk.look(connection)).status).toBe('active');
    });

    it('in the middle of a crowd: every connection is rotated once, and readable', async () => {
      const connections = await Promise.all(Array.from({ length: 20 }, () => desk.connect('five')));
      provider.always('token', answers.slowly(200));
      const asked = connections.map((connection) => desk.refresh(connection, 1).catch((error: Error) => error));
      await eventually(() => refreshes() > 0, { what: 'the first refresh is under way' });
      await system.kill('access-tokens-2');
      await Promise.all(asked);
      for (const connection of connections) expect((await desk.reads(connection, 2, 30_000)).version).toBe(2);
      await system.replica('access-tokens-2').start();
    });
  });
});
