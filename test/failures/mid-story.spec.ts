import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
    const env = { CREDENTIALS_LEASE_SECONDS: '30', CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '15' };
    [system, provider] = await Promise.all([
      System.start({ credentialsReplicas: 2, accessTokensReplicas: 2, ownPostgres: true, env }),
      Provider.start(),
    ]);
    desk = new Desk(system);
    await desk.registerProvider('five', provider);
    await desk.registerProvider('revocable', provider, { revokeUrl: provider.address('revoke') });
  });
  afterEach(() => provider.always('token', null));
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const refreshes = (): number => provider.tokenRequests('refresh_token').length;
  /** The lease of a dead replica ends, and so does the time that its answer is waited for: both would by themselves, half a minute each. */
  const whenTimePasses = ({ id }: Connected): Promise<{ outcome: string | null }[]> =>
    rowsOf(
      system.databases.credentialsDatabaseUrl,
      `WITH leases AS (UPDATE connections SET lease_until = now() WHERE id = $1 AND lease_until > now()),
         suspicions AS (
           UPDATE refresh_ledger SET suspected_at = now() - interval '1 minute'
           WHERE connection_id = $1 AND outcome IS NULL AND suspected_at IS NOT NULL)
       SELECT outcome FROM refresh_ledger WHERE connection_id = $1 ORDER BY intended_at LIMIT 1`,
      [id],
    );
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
        type === 'token.rotated' && subject === id ? [data.version!] : [],
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
      expect((await desk.reads(connection, 3)).version).toBe(3);
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
        // One that nobody hears is given up at its own deadline only.
        { what: 'commands are heard again', deadlineMs: 180_000 },
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
      expect((await desk.reads(connection, 2)).version).toBe(2);
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

  it('an answer of a refresh that nobody knows is kept aside and told of; what is over for long leaves the ledger', async () => {
    const connection = await desk.connect('five');
    await desk.refresh(connection);
    const url = system.databases.credentialsDatabaseUrl;
    const ledger = async (): Promise<number> =>
      (await rowsOf(url, `SELECT FROM refresh_ledger WHERE connection_id = '${connection.id}'`)).length;
    const ago = (days: number) =>
      rowsOf(
        url,
        `UPDATE refresh_ledger SET closed_at = now() - make_interval(days => $2) WHERE connection_id = $1 AND outcome = 'applied'`,
        [connection.id, days],
      );
    await ago(89);
    const [replica] = system.credentials;
    const spool = replica!.environment['CREDENTIALS_SPOOL_DIR']!;
    const stranger = '5f3c1a52-0000-4000-8000-000000000000';
    await writeFile(join(spool, `${stranger}.sealed`), 'sealed elsewhere', { mode: 0o600 });
    await eventually(async () => (await readdir(spool)).includes(`${stranger}.aside`), { what: 'it is kept aside' });
    expect(await readFile(join(spool, `${stranger}.aside`), 'utf8')).toBe('sealed elsewhere');
    const health = await (await fetch(`${replica!.url}/health/ready`)).json();
    expect(health).toMatchObject({
      checks: { spool: { state: 'degraded', detail: expect.stringContaining('aside') } },
    });

    expect(await ledger()).toBe(1);
    await ago(91);
    await eventually(async () => (await ledger()) === 0, { what: 'it is gone' });
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
  });

  describe('a connection is deleted while its refresh is under way', () => {
    const spools = async (): Promise<string[]> => {
      const folders = system.credentials.map(({ environment }) => environment['CREDENTIALS_SPOOL_DIR']!);
      const names = (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
      return names.filter((name) => !name.endsWith('.blank'));
    };
    const spoolIsWell = (url: string) =>
      eventually(
        async () => {
          const { checks } = (await (await fetch(`${url}/health/ready`)).json()) as { checks: { spool: object } };
          expect(checks.spool).toEqual({ state: 'up' });
          return true;
        },
        { what: 'the spool is well' },
      );
    const noted = async ({ id }: Connected, action: string): Promise<number> =>
      (
        await rowsOf(
          system.databases.credentialsDatabaseUrl,
          'SELECT FROM audit_log WHERE object_id = $1 AND action = $2',
          [id, action],
        )
      ).length;
    beforeAll(async () => {
      // What an earlier test kept aside.
      for (const { environment } of system.credentials) {
        const folder = environment['CREDENTIALS_SPOOL_DIR']!;
        for (const name of await readdir(folder)) if (name.endsWith('.aside')) await rm(join(folder, name));
      }
      for (const replica of system.credentials) {
        await replica.stop();
        await replica.start();
      }
    });

    it('what the provider gives so late is revoked there, and nothing is left of it', async () => {
      const connection = await desk.connect('revocable');
      const gate = answers.actedAndHeld();
      provider.next('token', gate.behaviour);
      const asked = desk.refresh(connection).catch((error: Error) => error);
      await gate.reached;
      const before = provider.tokensToRevoke().length;
      expect((await system.admin.delete(`/v1/connections/${connection.id}`)).status).toBe(200);
      const own = provider.tokensToRevoke().length - before;
      gate.release();
      await asked;
      await eventually(() => provider.tokensToRevoke().length - before === own + 2, {
        what: 'the late tokens are revoked',
      });
      expect(new Set(provider.tokensToRevoke().slice(before)).size).toBe(own + 2);
      expect(await noted(connection, 'connection.kept_answer_revoked')).toBe(1);
      expect(await spools()).toEqual([]);
      await spoolIsWell(system.credentialsUrl);
    });

    it('also where the answer waited in the spool of a replica that was away until after that', async () => {
      const connection = await desk.connect('revocable');
      const other = new ApiClient(system.replica('credentials-2').url, system.keys.credentialsAdmin);
      const gate = answers.actedAndHeld();
      provider.next('token', gate.behaviour);
      const spooled = system.logs.split('answer_spooled').length;
      const asked = desk.refresh(connection).catch((error: Error) => error);
      await gate.reached;
      await system.stack.postgres.stop();
      gate.release();
      await eventually(() => system.logs.split('answer_spooled').length > spooled, { what: 'the answer is spooled' });
      await system.kill('credentials-1');
      await asked;
      expect(await spools()).toEqual([expect.stringMatching(/\.sealed$/)]);
      await system.stack.postgres.start();
      const before = provider.tokensToRevoke().length;
      await eventually(async () => (await other.delete(`/v1/connections/${connection.id}`)).status === 200, {
        what: 'it is deleted',
      });
      await eventually(() => provider.tokensToRevoke().length - before === 2, {
        what: 'what it held is revoked',
      });
      await system.replica('credentials-1').start();
      await eventually(() => new Set(provider.tokensToRevoke().slice(before)).size === 4, {
        what: 'what was spooled is revoked',
      });
      expect(await noted(connection, 'connection.kept_answer_revoked')).toBe(1);
      expect(await spools()).toEqual([]);
      await spoolIsWell(system.credentialsUrl);
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
          const [row] = await whenTimePasses(connection);
          return row?.outcome === 'indeterminate';
        },
        { what: 'the interrupted refresh is told as indeterminate' },
      );
      gate.release();
      await desk.reads(connection, 2);
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
      for (const connection of connections) expect((await desk.reads(connection, 2)).version).toBe(2);
      await system.replica('access-tokens-2').start();
    });
  });
});
