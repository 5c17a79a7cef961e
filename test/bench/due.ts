import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../apps/credentials/src/migrations/data-source.js';
import { Leases } from '../../apps/credentials/src/rotation/leases.js';
import type { Settings } from '../../apps/credentials/src/config/settings.js';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { seedConnections } from '../support/seeded-connections.js';
import { System } from '../support/workspaces.js';
import type { Bench, BenchRun } from './bench-run.js';
import { fill } from './filler.js';
import { INSTANT, instantProvider, registerInstant } from './instant-service.js';
import { type Measurement, atMost, measured, median } from './measurement.js';

const FEW = 10_000;
const MANY = 1_000_000;
/** Due at the moment of the claim, and claimed of them: what a replica with a hundred slots does. */
const DUE = 1_000;
const SLOTS = 100;
const CLAIMED = 67;
const CLAIMS = 40;
/** Refreshed, published, taken in and read by the apps before their memory is looked at. */
const WORKED = 500;
const MEGABYTE = 1_048_576;

interface Seen {
  /** Milliseconds of one claim, the median. */
  claimMs: number;
  credentialsMegabytes: number;
  accessTokensMegabytes: number;
}

/** What a claim of due connections costs, and how much memory both apps take, with few connections and with a hundred times as many. */
export const due: Bench = {
  about: `the claim of due connections, and the memory of both apps, at ${MANY} connections beside ${FEW}`,
  async run(run) {
    const providerUrl = await instantProvider(run);
    const system = await run.uses(System.start({ ownPostgres: true }), (one) => one.stop());
    await registerInstant(system, providerUrl);
    await stopped(system);
    await fill(run, system, [0, FEW]);
    const few = await seen(run, system);
    await fill(run, system, [FEW, MANY]);
    return comparisons(few, await seen(run, system));
  },
};

function comparisons(few: Seen, many: Seen): Measurement[] {
  const compared = (metric: string, of: (one: Seen) => number, most: number): Measurement =>
    measured(
      { bench: 'due', metric: `${metric} at ${MANY} connections`, reference: `at ${FEW}` },
      [{ ours: of(many), reference: of(few) }],
      atMost(most),
    );
  return [
    compared('claim ms', ({ claimMs }) => claimMs, 2),
    compared('MB of credentials', ({ credentialsMegabytes }) => credentialsMegabytes, 1.25),
    compared('MB of access-tokens', ({ accessTokensMegabytes }) => accessTokensMegabytes, 1.25),
  ];
}

async function seen(run: BenchRun, system: System): Promise<Seen> {
  const claimMs = await claiming(system.databases.credentialsDatabaseUrl);
  run.say(`one claim takes ${claimMs.toFixed(2)} ms`);
  await Promise.all(system.processes.map((process) => process.start()));
  await worked(system);
  const [credentialsMegabytes, accessTokensMegabytes] = (await Promise.all([
    residentMegabytes(system.admin),
    residentMegabytes(system.tokensAdmin),
  ])) as [number, number];
  run.say(
    `credentials takes ${credentialsMegabytes.toFixed(0)} MB, access-tokens ${accessTokensMegabytes.toFixed(0)} MB`,
  );
  await stopped(system);
  return { claimMs, credentialsMegabytes, accessTokensMegabytes };
}

const stopped = ({ processes }: System): Promise<unknown> => Promise.all(processes.map((process) => process.stop()));

/** The app's own claim, over and over from the same state: within one transaction, on the one connection that there is, which is rolled back. */
async function claiming(databaseUrl: string): Promise<number> {
  const settings = {
    ...{ CREDENTIALS_DATABASE_URL: databaseUrl, CREDENTIALS_DATABASE_POOL: 1 },
    ...{ CREDENTIALS_LEASE_SECONDS: 60, CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: 20 },
  } as Settings;
  const dataSource = await new DataSource(dataSourceOptions(settings)).initialize();
  const leases = new Leases(dataSource, settings);
  try {
    await dataSource.query('BEGIN');
    await dataSource.query(
      `UPDATE connections SET refresh_at = now() - interval '1 second' WHERE id IN (SELECT id FROM connections LIMIT ${DUE})`,
    );
    const took: number[] = [];
    for (let number = 0; number < CLAIMS; number += 1) {
      await dataSource.query('SAVEPOINT before_claim');
      const beganAt = performance.now();
      const claimed = await leases.claimDue({ free: SLOTS, limit: CLAIMED, underWay: new Map() });
      took.push(performance.now() - beganAt);
      await dataSource.query('ROLLBACK TO SAVEPOINT before_claim');
      if (claimed.length !== CLAIMED) throw new Error(`${claimed.length} were claimed of ${DUE} that are due`);
    }
    return median(took.slice(CLAIMS / 4));
  } finally {
    await dataSource.query('ROLLBACK');
    await dataSource.destroy();
  }
}

/** Real connections this time: refreshed by credentials, taken in by access-tokens, read by a consumer; and both workspaces' first pages. */
async function worked({ admin, tokensAdmin, databases, secrets }: System): Promise<void> {
  const ids = await seedConnections({
    databaseUrl: databases.credentialsDatabaseOwnerUrl!,
    secrets,
    apiService: INSTANT,
    count: WORKED,
    refreshIn: () => -1,
    refreshToken: (index) => `refresh-${index}`,
  });
  const known = async (): Promise<string[]> => {
    const sql = 'SELECT user_id AS "user" FROM connections WHERE id = ANY($1) AND version = 2';
    const rows = await rowsOf<{ user: string }>(databases.accessTokensDatabaseUrl, sql, [ids]);
    if (rows.length < WORKED) throw new Error(`${rows.length} of ${WORKED} are here`);
    return rows.map(({ user }) => user);
  };
  const users = await eventually(known, { what: 'all of them are rotated and taken in', deadlineMs: 120_000 });
  const consumer = { name: 'bench', entitlements: [{ apiService: INSTANT }] };
  const { key } = succeeded(await tokensAdmin.post<{ key: string }>('/v1/consumers', consumer));
  for (const user of users) succeeded(await tokensAdmin.with(key).get(`/v1/tokens/${INSTANT}/${user}`));
  for (const path of ['/v1/connections?limit=100', '/v1/statistics', '/v1/forecast']) succeeded(await admin.get(path));
  succeeded(await tokensAdmin.get('/v1/tokens?limit=100'));
}

const LOOKS = 8;
const BETWEEN_LOOKS_MS = 500;

/** Of several looks the least: what is garbage at one moment isn't held. */
async function residentMegabytes(client: ApiClient): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const { text } = await client.get('/metrics');
    looks.push(Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / MEGABYTE);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
  }
  return Math.min(...looks);
}
