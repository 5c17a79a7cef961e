import { setTimeout as delay } from 'node:timers/promises';
import { PUBLICATIONS } from '@lockkeeper/contracts';
import { jetstream } from '@nats-io/jetstream';
import pg from 'pg';
import { request } from 'undici';
import { rowsOf } from '../support/database-copy.js';
import { connectAs } from '../support/messaging.js';
import { seedConnections } from '../support/seeded-connections.js';
import { System } from '../support/workspaces.js';
import type { Bench, BenchRun } from './bench-run.js';
import { INSTANT, instantProvider, registerInstant } from './instant-service.js';
import { type Measurement, type Pair, atLeast, measured } from './measurement.js';

const CONNECTIONS = 2_000;
const ROUNDS = 4;
const AT_ONCE = 50;
const LONGEST_MS = 120_000;

/** Due connections refreshed by one replica, all safety on, beside a loop that does the three things that can't be left out. */
export const refresh: Bench = {
  about: `${CONNECTIONS} due connections refreshed by one replica against an instant provider, beside a bare loop`,
  async run(run) {
    const providerUrl = await instantProvider(run);
    const system = await run.uses(System.start({ accessTokensReplicas: 0, ownPostgres: true }), (one) => one.stop());
    await registerInstant(system, providerUrl);
    await seed(system);
    const bare = await bareLoop(run, system, providerUrl);
    const pairs: Pair[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [ours, reference] = [await refreshed(system), await bare(CONNECTIONS)];
      run.say(`round ${round}: ours ${ours.toFixed(0)}/s, bare loop ${reference.toFixed(0)}/s`);
      if (round > 0) pairs.push({ ours, reference });
    }
    return [comparison(pairs)];
  },
};

const comparison = (pairs: readonly Pair[]): Measurement =>
  measured(
    {
      bench: 'refresh',
      metric: `refreshes/s, ${AT_ONCE} at once`,
      reference: 'bare loop: POST, UPDATE, publish',
    },
    pairs,
    atLeast(0.5),
  );

const seed = (system: System): Promise<unknown> =>
  seedConnections({
    databaseUrl: system.databases.credentialsDatabaseOwnerUrl ?? system.databases.credentialsDatabaseUrl,
    secrets: system.secrets,
    apiService: INSTANT,
    count: CONNECTIONS,
    refreshIn: () => 3000,
    refreshToken: (index) => `refresh-${index}`,
  });

/** Makes all of them due at once, and waits until each has its next version and its publication is acknowledged. @returns how many a second */
async function refreshed({ databases: { credentialsDatabaseUrl: url } }: System): Promise<number> {
  const [{ version }] = (await rowsOf<{ version: number }>(url, 'SELECT max(version) AS version FROM connections')) as [
    { version: number },
  ];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('UPDATE connections SET refresh_at = now()');
    const startedAt = performance.now();
    for (;;) {
      const { rows } = await client.query<{ busy: boolean }>(
        `SELECT EXISTS (SELECT FROM outbox) OR EXISTS (SELECT FROM connections WHERE version <= $1) AS busy`,
        [version],
      );
      const tookMs = performance.now() - startedAt;
      if (!rows[0]!.busy) return (CONNECTIONS * 1000) / tookMs;
      if (tookMs > LONGEST_MS) throw new Error(`not all are refreshed after ${LONGEST_MS / 1000} s`);
      await delay(20);
    }
  } finally {
    await client.end();
  }
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
