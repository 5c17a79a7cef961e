import { setTimeout as pause } from 'node:timers/promises';
import { type ClusterInfo, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LockkeeperEvent, STREAMS } from '@lockkeeper/contracts';
import { type Connected, Desk, type RefreshView, type TokenView, tokenPath } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { LoadBalancer } from '../support/load-balancer.js';
import { connectAs } from '../support/messaging.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

const CONNECTIONS = 12;
const READERS = 3;
/** A reader never stops, and leaves the machine to those who rotate. */
const BREATH_MS = 10;

/** What a reader may be told while its database is away; never anything but a token or this. */
interface Reading {
  status: number;
  code: string | null;
}

/** A NATS cluster of three, two replicas of each app, a load balancer; tokens that are rotated every few seconds, and readers that never stop. */
describe('scaled out, under load', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let balancer: LoadBalancer;
  let connections: Connected[];
  const readings: Reading[] = [];
  const expired: TokenView[] = [];
  let reading = true;
  let readers: Promise<void>[];

  beforeAll(async () => {
    const env = { CREDENTIALS_LEASE_SECONDS: '30', CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '15' };
    [system, provider] = await Promise.all([
      System.start({ credentialsReplicas: 2, accessTokensReplicas: 2, natsCluster: true, ownPostgres: true, env }),
      Provider.start({ accessTokenSeconds: 60 }),
    ]);
    desk = new Desk(system);
    balancer = await LoadBalancer.before(system.accessTokens.map(({ url }) => url));
    await desk.registerManifest('busy', provider, { refresh: { lifetimeShare: 0.03 } });
    connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => desk.connect('busy')));
    const consumer = (await desk.consumerOf('busy')).at(balancer.url);
    readers = Array.from({ length: READERS }, async (_none, number) => {
      for (let turn = number; reading; turn += 1) {
        const { status, body } = await consumer.get<TokenView & { code?: string }>(
          tokenPath(connections[turn % CONNECTIONS]!),
        );
        readings.push({ status, code: body?.code ?? null });
        if (status === 200 && Date.parse(body.expiresAt!) <= Date.now()) expired.push(body);
        await pause(BREATH_MS);
      }
    });
  });
  afterAll(async () => {
    reading = false;
    await Promise.allSettled(readers ?? []);
    await Promise.all([balancer?.stop(), system?.stop(), provider?.stop()]);
  });

  const refreshes = (): number => provider.tokenRequests('refresh_token').length;

  /** Every connection is rotated once more, and that can be read. */
  async function goesOn(): Promise<void> {
    await Promise.all(
      connections.map(async (connection) => {
        const rotated = (): Promise<RefreshView | null> =>
          desk.refresh(connection).then((reply) => (/rotated/.test(reply.outcome) ? reply : null));
        const { version } = await eventually(rotated, { what: 'it is rotated', deadlineMs: 180_000 });
        await desk.reads(connection, version);
      }),
    );
  }

  /** What readers were told while something was done. */
  async function during(work: () => Promise<void>): Promise<Reading[]> {
    const from = readings.length;
    await work();
    await eventually(() => readings.length > from + 2 * READERS, { what: 'readers have read since' });
    return readings.slice(from);
  }

  /** As a deployment does it: told to end, gone by itself in time, and started again. */
  async function restarted(name: string): Promise<void> {
    const replica = system.replica(name);
    expect(await replica.stop()).toBe('SIGTERM');
    await replica.start();
  }

  it.each([0, 1, 2])('node %i of NATS is killed and comes back: rotation and reading go on', async (index) => {
    const node = system.cluster!.nodes[index]!;
    // Two of three nodes that are up have a quorum only where both have caught up.
    await eventually(isWhole, { what: 'every node has all of the streams' });
    const told = await during(async () => {
      await node.kill();
      await goesOn();
      await node.start();
      await goesOn();
    });
    expect(told.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('every replica of both apps is restarted, one after the other: no read fails', async () => {
    const told = await during(async () => {
      for (const number of [1, 2]) {
        await Promise.all([restarted(`credentials-${number}`), restarted(`access-tokens-${number}`)]);
      }
      await goesOn();
    });
    expect(told.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('PostgreSQL is restarted: whoever can’t be served meanwhile is told so, and everything goes on by itself', async () => {
    const told = await during(async () => {
      await system.stack.postgres.restart();
      await goesOn();
    });
    const refused = told.filter(({ status }) => status !== 200);
    expect(refused.filter(({ status, code }) => status !== 503 || code !== 'storage_unavailable')).toEqual([]);
  });

  describe('after all of that', () => {
    beforeAll(async () => {
      reading = false;
      await Promise.all(readers);
    });

    it('no expired token was ever handed out', () => expect(expired).toEqual([]));

    it('every connection lives, and no refresh token was sent twice', async () => {
      const sent = provider.tokenRequests('refresh_token').map(({ form }) => form['refresh_token']);
      expect(sent).toHaveLength(new Set(sent).size);
      expect(refreshes()).toBeGreaterThan(5 * CONNECTIONS);
      const seen = await Promise.all(connections.map((connection) => desk.look(connection)));
      expect(seen.map(({ status }) => status)).toEqual(connections.map(() => 'active'));
    });

    it('the stream tells each connection’s rotations in order, and none twice', async () => {
      const stored = await eventsStored();
      for (const { id } of connections) {
        const own = stored.filter(({ subject, type }) => subject === id && type === 'token.rotated');
        const versions = own.map(({ data }) => data.version!);
        expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
        expect(versions.length).toBeGreaterThan(3);
      }
      expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    });
  });

  async function asProvisioner<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const provisioner = await connectAs(system.nats, 'provisioner');
    try {
      return await work(await jetstreamManager(provisioner, { checkAPI: false }));
    } finally {
      await provisioner.close();
    }
  }

  /** Of each stream, and of each durable on it, there is a leader, and the two others are where it is. */
  function isWhole(): Promise<boolean> {
    return asProvisioner(async (manager) => {
      const groups: (ClusterInfo | undefined)[] = [];
      for (const stream of Object.values(STREAMS)) {
        groups.push((await manager.streams.info(stream)).cluster);
        for await (const { cluster } of manager.consumers.list(stream)) groups.push(cluster);
      }
      return groups.every(
        (group) => group?.leader && group.replicas?.every(({ current, offline }) => current && offline !== true),
      );
    });
  }

  function eventsStored(): Promise<LockkeeperEvent[]> {
    return asProvisioner(async (manager) => {
      const { state, config } = await manager.streams.info(STREAMS.events);
      expect(config.num_replicas).toBe(3);
      const messages = Array.from({ length: state.last_seq }, (_none, index) =>
        manager.streams.getMessage(STREAMS.events, { seq: index + 1 }),
      );
      return (await Promise.all(messages)).map((message) => JSON.parse(message!.string()) as LockkeeperEvent);
    });
  }
});
