import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DataSource } from 'typeorm';
import { publicationSubject, STREAMS } from '@lockkeeper/contracts';
import { type PostgresServer, TemporaryStack } from '@lockkeeper/local-stack';
import { JetStreamPublisher, type NatsLink, OUTBOX_TABLES, OutboxRelay, enqueue } from '@lockkeeper/messaging';
import { eventually } from '../support/eventually.js';
import { connectAs, linkAs, silenceLogs } from '../support/messaging.js';

/** Its own PostgreSQL, because it is stopped and killed here. */
describe('the outbox', () => {
  let stack: TemporaryStack;
  let postgres: PostgresServer;
  let dataSource: DataSource;
  let links: NatsLink[];
  let relays: OutboxRelay[] = [];
  let reader: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    silenceLogs();
    stack = await TemporaryStack.start();
    postgres = stack.postgres;
    const { credentialsDatabaseUrl: url } = await postgres.createWorkspaceDatabases();
    dataSource = await new DataSource({ type: 'postgres', url, poolErrorHandler: () => undefined }).initialize();
    for (const table of OUTBOX_TABLES) await dataSource.query(table);
    links = [linkAs(stack.nats, 'credentials').open(), linkAs(stack.nats, 'credentials').open()];
    reader = await connectAs(stack.nats, 'provisioner');
    manager = await jetstreamManager(reader, { checkAPI: false });
    await allConnected();
  });

  beforeEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    relays = [];
    await dataSource.query('TRUNCATE outbox, outbox_heads');
    await manager.streams.purge(STREAMS.publications);
  });

  afterAll(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await Promise.all((links ?? []).map((link) => link.close()));
    await reader?.close();
    await dataSource?.destroy();
    await stack?.remove();
  });

  const allConnected = () =>
    eventually(() => links.every((link) => link.state === 'connected'), { what: 'the links are connected' });
  const startRelay = (link = links[0]!): OutboxRelay => {
    const relay = new OutboxRelay(dataSource, link, {
      lastPerSubject: true,
      publishTimeoutMs: 1500,
      patienceMs: 200,
    }).start();
    relays.push(relay);
    return relay;
  };
  const put = (key: string, version: number, payload = `${key}:${version}`): Promise<void> =>
    dataSource.transaction((entityManager) =>
      enqueue(entityManager, {
        orderingKey: key,
        subject: publicationSubject(key),
        messageId: `${key}:${version}`,
        payload,
      }),
    );
  const last = async (key: string): Promise<string | undefined> =>
    (await manager.streams.getMessage(STREAMS.publications, { last_by_subj: publicationSubject(key) }))?.string();
  const empty = (relay: OutboxRelay) =>
    eventually(async () => (await relay.backlog()).pending === 0, { what: 'the outbox is empty' });

  it('tells since when everything is refused, and that it is over', async () => {
    const { config } = await manager.streams.info(STREAMS.publications);
    await manager.streams.delete(STREAMS.publications);
    const relay = startRelay();
    expect(relay.check()).toEqual({ state: 'up' });
    await put('refused', 1);
    try {
      await eventually(() => relay.check().state === 'degraded', { what: 'it is told' });
      expect(relay.check().detail).toMatch(/was given since \d{4}-.*a stream that is missing/);
    } finally {
      await manager.streams.add(config);
    }
    await empty(relay);
    expect(relay.check()).toEqual({ state: 'up' });
    expect(await last('refused')).toBe('refused:1');
  });

  it('carries what was committed, and nothing that was rolled back', async () => {
    await put('a', 1);
    await dataSource
      .transaction(async (entityManager) => {
        await enqueue(entityManager, {
          orderingKey: 'b',
          subject: publicationSubject('b'),
          messageId: 'b:1',
          payload: 'never',
        });
        throw new Error('roll back');
      })
      .catch(() => undefined);
    await empty(startRelay());
    expect(await last('a')).toBe('a:1');
    expect(await last('b')).toBeUndefined();
  });

  it('counts what waits and for how long', async () => {
    await put('a', 1);
    await dataSource.query(`UPDATE outbox SET created_at = now() - interval '90 seconds'`);
    const relay = new OutboxRelay(dataSource, links[0]!, { lastPerSubject: true });
    const { pending, oldestAgeSeconds } = await relay.backlog();
    expect(pending).toBe(1);
    expect(oldestAgeSeconds).toBeGreaterThanOrEqual(90);
  });

  it('is carried by two replicas at once in order within each key, each message once', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    for (let version = 1; version <= 5; version += 1) await Promise.all(keys.map((key) => put(key, version)));
    const before = (await manager.streams.info(STREAMS.publications)).state.last_seq;
    const [relay] = [startRelay(links[0]), startRelay(links[1])];
    await empty(relay);
    const { last_seq, messages } = (await manager.streams.info(STREAMS.publications)).state;
    expect(last_seq - before).toBe(150);
    expect(messages).toBe(30);
    expect(await Promise.all(keys.map((key) => last(key)))).toEqual(keys.map((key) => `${key}:5`));
  });

  it.each([true, false])(
    'goes on to the next message of a key at once, and looks no further where there is none (last per subject: %s)',
    async (lastPerSubject) => {
      const key = `next-${lastPerSubject}`;
      for (let version = 1; version <= 3; version += 1) await put(key, version);
      const passes = jest.spyOn(dataSource, 'transaction');
      try {
        const relay = new OutboxRelay(dataSource, links[0]!, { lastPerSubject, intervalMs: 3_600_000 }).start();
        relays.push(relay);
        await empty(relay);
        await relay.stop();
        expect(passes).toHaveBeenCalledTimes(3);
      } finally {
        passes.mockRestore();
      }
      expect(await last(key)).toBe(`${key}:3`);
    },
  );

  it('waits while NATS is away, and loses nothing', async () => {
    const relay = startRelay();
    await stack.nats.stop();
    await Promise.all(['x', 'y', 'z'].map((key) => put(key, 1)));
    relay.nudge();
    expect((await relay.backlog()).pending).toBe(3);
    await stack.nats.start();
    await allConnected();
    await empty(relay);
    await eventually(async () => (await last('z')) === 'z:1', { what: 'the last one is in the stream' });
  });

  it('goes on by itself after PostgreSQL was killed and came back', async () => {
    const relay = startRelay();
    await postgres.kill();
    await postgres.start();
    await eventually(() => put('after', 1).then(() => true), { what: 'PostgreSQL takes writes again' });
    await empty(relay);
    expect(await last('after')).toBe('after:1');
  });

  it('never lets an old message that was stuck on its way replace a newer one', async () => {
    await put('s', 1);
    await put('s', 2);
    await empty(startRelay());
    const [{ stream_sequence: head }] = await dataSource.query(
      `SELECT stream_sequence FROM outbox_heads WHERE ordering_key = 's'`,
    );
    // What a buffered publish of version 1 looks like when it arrives long after version 2, past the duplicate window.
    const late = new JetStreamPublisher(links[1]!).publish(publicationSubject('s'), 's:1', {
      messageId: 'past the window',
      expectLastSubjectSequence: Number(head) - 1,
    });
    await expect(late).rejects.toMatchObject({ code: 'wrong_last_sequence' });
    expect(await last('s')).toBe('s:2');
  });

  it('publishes all the same where the stream was restored to another state than it remembers', async () => {
    await put('r', 1);
    const relay = startRelay();
    await empty(relay);
    await manager.streams.purge(STREAMS.publications);
    await put('r', 2);
    await empty(relay);
    expect(await last('r')).toBe('r:2');
  });

  it('lets other keys pass when the stream refuses one message for good', async () => {
    const relay = startRelay();
    await put('huge', 1, 'x'.repeat(1_200_000));
    await put('small', 1);
    await eventually(async () => (await last('small')) === 'small:1', { what: 'the small one is published' });
    await eventually(async () => (await relay.backlog()).pending === 1, { what: 'only the huge one is left' });
  });

  it('orders two transactions that write the same key at once by their commits', async () => {
    const first = dataSource.createQueryRunner();
    await first.startTransaction();
    await enqueue(first.manager, {
      orderingKey: 'o',
      subject: publicationSubject('o'),
      messageId: 'o:1',
      payload: 'first',
    });
    const relay = startRelay();
    const second = put('o', 2, 'second');
    const waitsInLine = async () =>
      (await dataSource.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length === 1;
    const overtook = async () => (await last('o')) === 'second';
    await eventually(async () => (await waitsInLine()) || (await overtook()), {
      what: 'the second one waits, or has overtaken',
    });
    await first.commitTransaction();
    await first.release();
    await second;
    await empty(relay);
    expect(await last('o')).toBe('second');
  });
});
