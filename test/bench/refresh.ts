import { setTimeout as delay } from 'node:timers/promises';
import { PUBLICATIONS, STREAMS } from '@lockkeeper/contracts';
import { type JetStreamManager, type StreamState, jetstream, jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { request } from 'undici';
import { connectAs } from '../support/messaging.js';
import { seedConnections } from '../support/seeded-connections.js';
import { System } from '../support/workspaces.js';
import { type Bench, BenchRun } from './bench-run.js';
import { INSTANT, instantProvider, registerInstant } from './instant-service.js';
import { type Measurement, type Pair, atLeast, measured } from './measurement.js';

const CONNECTIONS = 5_000;
/** Of so many the first ones warm up: what V8 makes of a program changes for some ten thousand refreshes. */
const ROUNDS = { all: 12, warmUp: 2 };
/** As many as a replica has slots. */
const AT_ONCE = 100;
const LONGEST_MS = 120_000;
const LOOK_EVERY_MS = 50;
/** Time enough to make them due and to tidy up behind that. */
const DUE_IN_SECONDS = 2;

/**
 * Due connections refreshed by one replica, all safety on, beside a loop that does the three things that can't be left out. Twice: with commits that
 * cost no disk, which is what the programs take of the processors; and with commits that survive a power cut, as in earnest.
 */
export const refresh: Bench = {
  about: `${CONNECTIONS} due connections refreshed by one replica against an instant provider, beside a bare loop`,
  async run(run) {
    const providerUrl = await instantProvider(run);
    return [
      await compared(run, providerUrl, { ownPostgres: true, metric: `refreshes/s, ${AT_ONCE} at once` }),
      await compared(run, providerUrl, {
        ownPostgres: 'durable',
        metric: `refreshes/s, ${AT_ONCE} at once, durable commits`,
      }),
    ];
  },
};

async function compared(
  run: BenchRun,
  providerUrl: string,
  { ownPostgres, metric }: { ownPostgres: true | 'durable'; metric: string },
): Promise<Measurement> {
  const own = new BenchRun(run.name);
  try {
    const system = await own.uses(System.start({ accessTokensReplicas: 0, ownPostgres }), (one) => one.stop());
    await registerInstant(system, providerUrl);
    await seed(system);
    const streams = await publications(own, system);
    const bare = await bareLoop(own, system, providerUrl);
    const pairs: Pair[] = [];
    for (let round = 1; round <= ROUNDS.all; round += 1) {
      const [ours, reference] = [await refreshed(system, streams), await bare(CONNECTIONS)];
      run.say(`${metric}, round ${round}: ours ${ours.toFixed(0)}/s, bare loop ${reference.toFixed(0)}/s`);
      if (round > ROUNDS.warmUp) pairs.push({ ours, reference });
    }
    return measured({ bench: 'refresh', metric, reference: 'bare loop: POST, UPDATE, publish' }, pairs, atLeast(0.5));
  } finally {
    await own.cleanUp();
  }
}

const seed = (system: System): Promise<unknown> =>
  seedConnections({
    databaseUrl: system.databases.credentialsDatabaseOwnerUrl ?? system.databases.credentialsDatabaseUrl,
    secrets: system.secrets,
    apiService: INSTANT,
    count: CONNECTIONS,
    refreshIn: () => 3000,
    refreshToken: (index) => `refresh-${index}`,
  });

const publications = async (run: BenchRun, { stack }: System): Promise<JetStreamManager> => {
  const nats = await run.uses(connectAs(stack.nats, 'provisioner'), (one) => one.close());
  return jetstreamManager(nats, { checkAPI: false });
};

/**
 * All of them become due by the clock at the same moment; ends when the stream has the last of their publications. It is waited for at the stream,
 * and now and then only: to look at the database takes time from the database. @returns how many a second
 */
async function refreshed({ databases }: System, streams: JetStreamManager): Promise<number> {
  const client = new pg.Client({
    connectionString: databases.credentialsDatabaseOwnerUrl ?? databases.credentialsDatabaseUrl,
  });
  await client.connect();
  try {
    const version = await dueAtOnce(client);
    const stateOf = async (): Promise<StreamState> => (await streams.streams.info(STREAMS.publications)).state;
    const wanted = (await stateOf()).last_seq + CONNECTIONS;
    const { rows } = await client.query<{ ms: number }>(
      'SELECT (extract(epoch FROM min(refresh_at)) * 1000)::float8 AS ms FROM connections',
    );
    const dueAtMs = rows[0]!.ms;
    if (dueAtMs <= Date.now()) throw new Error('They were due before all was ready.');
    await delay(dueAtMs - Date.now());
    for (;;) {
      const { last_seq: last, last_ts: endedAt } = await stateOf();
      if (last >= wanted && !(await isBusy(client, version)))
        return (CONNECTIONS * 1000) / (Date.parse(endedAt) - dueAtMs);
      if (Date.now() - dueAtMs > LONGEST_MS) throw new Error(`not all are refreshed after ${LONGEST_MS / 1000} s`);
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    await client.end();
  }
}

/**
 * In an order that has nothing to do with where their rows are, as the tokens of many users end. What that leaves behind is tidied up as autovacuum
 * does between two refreshes of a connection. @returns the highest version so far
 */
async function dueAtOnce(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>('SELECT max(version) AS version FROM connections');
  await client.query(
    `UPDATE connections SET refresh_at = now() + make_interval(secs => $1), expires_at = now() + make_interval(mins => 10, secs => 60 * random())`,
    [DUE_IN_SECONDS],
  );
  await client.query('VACUUM');
  return rows[0]!.version;
}

async function isBusy(client: pg.Client, version: number): Promise<boolean> {
  const { rows } = await client.query<{ busy: boolean }>(
    'SELECT EXISTS (SELECT FROM outbox) OR EXISTS (SELECT FROM connections WHERE version <= $1) AS busy',
    [version],
  );
  return rows[0]!.busy;
}

/** One POST, one committed UPDATE, one acknowledged publication for each, as many at once as a replica has slots. */
async function bareLoop(
  run: BenchRun,
  { databases, stack }: System,
  providerUrl: string,
): Promise<(count: number) => Promise<number>> {
  const pool = new pg.Pool({
    connectionString: databases.credentialsDatabaseOwnerUrl ?? databases.credentialsDatabaseUrl,
    max: 20,
  });
  await pool.query('CREATE TABLE bench_grants (id int PRIMARY KEY, refresh_token text, access_token text)');
  await pool.query(`INSERT INTO bench_grants SELECT i, 'refresh', 'access' FROM generate_series(0, $1) AS i`, [
    CONNECTIONS,
  ]);
  await run.uses(Promise.resolve(pool), (one) => one.end());
  const nats = await run.uses(connectAs(stack.nats, 'credentials'), (one) => one.close());
  const stream = jetstream(nats, { checkAPI: false });
  const once = async (id: number): Promise<void> => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: `refresh-${id}` }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await request(`${providerUrl}/token`, { method: 'POST', body, headers });
    const tokens = (await answer.body.json()) as { access_token: string; refresh_token: string };
    const values = [id, tokens.access_token, tokens.refresh_token];
    await pool.query({
      name: 'keep',
      text: 'UPDATE bench_grants SET access_token = $2, refresh_token = $3 WHERE id = $1',
      values,
    });
    await stream.publish(PUBLICATIONS.replace('*', `bench-${id}`), tokens.access_token);
  };
  return async (count) => {
    const startedAt = performance.now();
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let id = next++; id < count; id = next++) await once(id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return (count * 1000) / (performance.now() - startedAt);
  };
}
