import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT_ROOT } from '@lockkeeper/local-stack';
import { rowsOf } from '../support/database-copy.js';
import { seedConnections } from '../support/seeded-connections.js';
import { System } from '../support/workspaces.js';
import type { Bench, BenchRun } from './bench-run.js';
import { INSTANT, instantProvider, registerInstant } from './instant-service.js';
import { loaded, type Throughput } from './load.js';
import { atLeast, atMost, type Measurement, measured, type Pair } from './measurement.js';

/** If nothing else is said: `--connections`. */
const CONNECTIONS = 200_000;
/** Looked at, round and round; and refreshed in the meantime, so many a second. */
const READ = 1_000;
const READERS = 4;
const REFRESHED_PER_SECOND = 10;
const WINDOW_SECONDS = 4;
const QUIET_WINDOWS = 3;
/** The first run is killed when no more than this share is left. */
const KILLED_AT = 0.5;

interface Scene {
  system: System;
  ids: string[];
}

/** `keys:rotate` over a large table of credentials, killed in the middle and begun again, while its connections are read and refreshed. */
export const keys: Bench = {
  about: `keys:rotate over ${CONNECTIONS} connections, killed in the middle, beside readers and refreshes of the same table`,
  async run(run) {
    return rotated(run, await seeded(run));
  },
};

async function seeded(run: BenchRun): Promise<Scene> {
  const providerUrl = await instantProvider(run);
  const env = { CREDENTIALS_REQUESTS_PER_KEY: '1000000' };
  const system = await run.uses(System.start({ ownPostgres: true, accessTokensReplicas: 0, env }), (one) => one.stop());
  await registerInstant(system, providerUrl);
  const count = run.connections ?? CONNECTIONS;
  run.say(`seeding ${count} connections`);
  const ids = await seedConnections({
    databaseUrl: system.databases.credentialsDatabaseOwnerUrl!,
    secrets: system.secrets,
    apiService: INSTANT,
    count,
    refreshIn: () => 86_400,
    expiresIn: () => 172_800,
    refreshToken: (index) => `refresh-${index}`,
  });
  return { system, ids };
}

async function rotated(run: BenchRun, { system, ids }: Scene): Promise<Measurement[]> {
  await done(keysOf(system, 'add'));
  await done(keysOf(system, 'write', 'k2'));
  await system.replica('credentials-1').stop();
  await system.replica('credentials-1').start();
  const read = ids.slice(0, READ);
  await makeDue(system, ids.slice(READ));
  const quiet = await windows(run, { system, read }, (taken) => taken === QUIET_WINDOWS);
  const { seconds, busy } = await rotation(run, system, read);
  run.say(`${ids.length} rows in ${seconds.toFixed(0)} s: ${(ids.length / seconds).toFixed(0)} rows/s`);
  await checked(run, system);
  const lookedFrom = performance.now();
  await done(keysOf(system, 'rotate'));
  run.say(`a run that finds nothing to do: ${((performance.now() - lookedFrom) / 1000).toFixed(1)} s`);
  return comparisons(quiet, busy);
}

/** Killed half-way, then to its end. */
async function rotation(
  run: BenchRun,
  system: System,
  read: string[],
): Promise<{ seconds: number; busy: Throughput[] }> {
  const beganAt = performance.now();
  const first = keysOf(system, 'rotate');
  const ended = once(first, 'exit');
  const before = await windows(run, { system, read }, async () => (await shareSealedBefore(system)) <= KILLED_AT);
  first.kill('SIGKILL');
  const [code] = (await ended) as [number | null];
  if (code !== null) throw new Error(`keys ended with ${code} before it was killed: take more connections`);
  run.say(`killed; ${await sealedBefore(system)} are left`);
  const second = done(keysOf(system, 'rotate'));
  let running = true;
  void second.finally(() => (running = false)).catch(() => undefined);
  const after = await windows(run, { system, read }, () => !running);
  await second;
  return { seconds: (performance.now() - beganAt) / 1000, busy: [...before, ...after] };
}

/** @param enough told how many there are */
async function windows(
  run: BenchRun,
  { system, read }: { system: System; read: string[] },
  enough: (taken: number) => boolean | Promise<boolean>,
): Promise<Throughput[]> {
  const { credentialsUrl: baseUrl, keys: held } = system;
  const taken: Throughput[] = [];
  const load = { baseUrl, paths: read.map((id) => `/v1/connections/${id}`), connections: READERS };
  while (!(await enough(taken.length))) {
    const headers = { authorization: `Bearer ${held.credentialsAdmin}` };
    const one = await loaded({ ...load, headers, seconds: WINDOW_SECONDS });
    run.say(`${one.rate.toFixed(0)} reads/s, p99 ${one.p99.toFixed(1)} ms`);
    taken.push(one);
  }
  return taken;
}

function comparisons(quiet: readonly Throughput[], busy: readonly Throughput[]): Measurement[] {
  const pairs = (of: (one: Throughput) => number): Pair[] =>
    busy.map((one, index) => ({ ours: of(one), reference: of(quiet[index % quiet.length]!) }));
  const named = { bench: 'keys', reference: 'without keys:rotate' };
  return [
    measured(
      { ...named, metric: 'connections read/s beside it' },
      pairs(({ rate }) => rate),
      atLeast(0.5),
    ),
    measured(
      { ...named, metric: 'p99 ms beside it' },
      pairs(({ p99 }) => p99),
      atMost(4),
    ),
  ];
}

/** Some a second, for ten minutes. */
const makeDue = ({ databases }: System, ids: readonly string[]): Promise<unknown> =>
  rowsOf(
    databases.credentialsDatabaseUrl,
    `UPDATE connections c SET refresh_at = now() + make_interval(secs => d.place / ${REFRESHED_PER_SECOND}::float8)
     FROM unnest($1::uuid[]) WITH ORDINALITY AS d (id, place) WHERE c.id = d.id`,
    [ids.slice(0, REFRESHED_PER_SECOND * 600)],
  );

const IS_OLD = ['access_token', 'refresh_token', 'captured']
  .map((column) => `split_part(${column}, '.', 2) = 'k1'`)
  .join(' OR ');

const sealedBefore = async ({ databases }: System): Promise<number> => {
  const sql = `SELECT count(*)::int AS left FROM connections WHERE ${IS_OLD}`;
  const [row] = await rowsOf<{ left: number }>(databases.credentialsDatabaseOwnerUrl!, sql);
  return row!.left;
};

/** By a hundredth of the pages. */
const shareSealedBefore = async ({ databases }: System): Promise<number> => {
  const sql = `SELECT avg((${IS_OLD})::int)::float8 AS share FROM connections TABLESAMPLE SYSTEM (1)`;
  const [row] = await rowsOf<{ share: number }>(databases.credentialsDatabaseOwnerUrl!, sql);
  return row!.share;
};

/** Nothing is left of the old key, and whatever came due was refreshed. @throws otherwise */
async function checked(run: BenchRun, system: System): Promise<void> {
  if ((await sealedBefore(system)) > 0)
    throw new Error(`${await sealedBefore(system)} rows are sealed with the old key`);
  await delay(2000);
  const [row] = await rowsOf<{ refreshed: number; late: number; failing: number }>(
    system.databases.credentialsDatabaseUrl,
    `SELECT count(*) FILTER (WHERE version > 1)::int AS refreshed, count(*) FILTER (WHERE status <> 'active')::int AS failing,
       count(*) FILTER (WHERE refresh_at < now() - interval '5 seconds')::int AS late FROM connections`,
  );
  run.say(`refreshed meanwhile: ${row!.refreshed}; late: ${row!.late}; failing: ${row!.failing}`);
  if (row!.refreshed === 0 || row!.late > 0 || row!.failing > 0) throw new Error('refreshes did not go on');
}

/** With the settings of the replica that runs. */
function keysOf(system: System, ...args: string[]): ChildProcess {
  const program = resolve(PROJECT_ROOT, 'apps/credentials/dist/keys.js');
  const { environment } = system.replica('credentials-1');
  const env = { PATH: process.env['PATH'], ...environment };
  return spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function done(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`keys ended with ${code}`);
}
