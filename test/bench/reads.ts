import pg from 'pg';
import { freePort } from '@lockkeeper/local-stack';
import { succeeded } from '../support/api-client.js';
import { AppProcess } from '../support/app-process.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';
import type { Bench, BenchRun } from './bench-run.js';
import { type Load, type Throughput, loaded } from './load.js';
import { type Goal, type Measurement, type Pair, atLeast, atMost, measured } from './measurement.js';

const CONNECTIONS = 10_000;
const PUBLISHED_AT_ONCE = 64;
const ROUNDS = 5;
const SECONDS = 2;
const BARE = 'bare Fastify';
const WITH_SELECT = 'bare Fastify with one SELECT';

/** What is measured is how much a replica can do, not how much one key may. */
export const UNBOUNDED = { ACCESS_TOKENS_REQUESTS_PER_KEY: '1000000' };

interface Target {
  name: string;
  baseUrl: string;
  headers: Record<string, string>;
}

/** GET /v1/tokens/:apiService/:user over many connections, beside servers that do nothing but answer. */
export const reads: Bench = {
  about: `GET /v1/tokens/:apiService/:user of one replica over ${CONNECTIONS} connections, at 1 and 32 at once`,
  async run(run) {
    const workspace = await run.uses(OpenWorkspace.start({ ownPostgres: true, env: UNBOUNDED }), (started) =>
      started.stop(),
    );
    const paths = await published(run, workspace);
    const ours = await ourReplica(workspace);
    const sample = await firstReads(run, ours, paths);
    const references = await startReferences(run, workspace, sample);
    const measurements: Measurement[] = [];
    for (const connections of [1, 32]) {
      const load = { paths, connections, seconds: SECONDS };
      measurements.push(...comparisons(connections, await rounds(run, [ours, ...references], load)));
    }
    return measurements;
  },
};

/** Through NATS, as credentials does it. @returns the path of each connection's token */
async function published(run: BenchRun, { credentials, databaseUrl }: OpenWorkspace): Promise<string[]> {
  run.say(`publishing ${CONNECTIONS} tokens`);
  const paths: string[] = [];
  const publish = async (): Promise<void> => {
    while (paths.length < CONNECTIONS) {
      const publication = publicationOf();
      paths.push(`/v1/tokens/${publication.apiService}/${publication.user}`);
      await credentials.publish(publication);
    }
  };
  await Promise.all(Array.from({ length: PUBLISHED_AT_ONCE }, publish));
  const taken = async (): Promise<boolean> => {
    const [row] = await rowsOf<{ taken: number }>(databaseUrl, 'SELECT count(*)::int AS taken FROM connections');
    return row!.taken === CONNECTIONS;
  };
  await eventually(taken, { what: 'all of them are taken in', deadlineMs: 300_000 });
  return paths;
}

async function ourReplica({ admin, url }: OpenWorkspace): Promise<Target> {
  const consumer = { name: 'bench', entitlements: [{ apiService: 'sandbox' }] };
  const { key } = succeeded(await admin.post<{ key: string }>('/v1/consumers', consumer));
  return { name: 'ours', baseUrl: url, headers: { authorization: `Bearer ${key}` } };
}

/** Each token once, so that what is measured is what goes on for days, not its first second. @returns an answer */
async function firstReads(run: BenchRun, { baseUrl, headers }: Target, paths: readonly string[]): Promise<string> {
  run.say('reading each token once');
  const queue = [...paths];
  let answer = '';
  const read = async (): Promise<void> => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const response = await fetch(`${baseUrl}${path}`, { headers });
      answer = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, read));
  return answer;
}

async function startReferences(run: BenchRun, { databaseUrl }: OpenWorkspace, sample: string): Promise<Target[]> {
  await fillReferenceTable(databaseUrl, sample);
  const start = async (name: string, more: Record<string, string>): Promise<Target> => {
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const environment = { PORT: String(port), SAMPLE: sample, ...more };
    const server = new AppProcess(name, baseUrl, 'test/bench/dist/test/bench/bare-fastify.js', environment);
    await run.uses(server.start(), () => server.stop());
    return { name, baseUrl, headers: {} };
  };
  return [await start(BARE, {}), await start(WITH_SELECT, { DATABASE_URL: databaseUrl })];
}

/** The same rows, as the answer that each of them becomes. */
async function fillReferenceTable(databaseUrl: string, sample: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      'CREATE TABLE bench_tokens (api_service text, user_id text, body jsonb, PRIMARY KEY (api_service, user_id))',
    );
    await client.query('INSERT INTO bench_tokens SELECT api_service, user_id, $1::jsonb FROM connections', [sample]);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

type Round = Record<string, Throughput>;

/** All targets one right after the other, each time beginning with another one; the first round warms up and isn't counted. */
async function rounds(
  run: BenchRun,
  targets: readonly Target[],
  load: Pick<Load, 'paths' | 'connections' | 'seconds'>,
): Promise<Round[]> {
  const counted: Round[] = [];
  for (let number = 0; number <= ROUNDS; number += 1) {
    const round: Round = {};
    for (let place = 0; place < targets.length; place += 1) {
      const { name, baseUrl, headers } = targets[(place + number) % targets.length]!;
      round[name] = await loaded({ ...load, baseUrl, headers });
    }
    if (number > 0) counted.push(round);
    const told = Object.entries(round).map(([name, { rate }]) => `${name} ${rate.toFixed(0)}/s`);
    run.say(`${load.connections} at once, round ${number}: ${told.join(', ')}`);
  }
  return counted;
}

interface Comparison {
  what: string;
  reference: string;
  of: (one: Throughput) => number;
  goal: Goal;
}

/** The goals are for 32 connections; at one, latency is all that there is to see, and it is only told. */
const COMPARISONS: Comparison[] = [
  { what: 'requests/s', reference: BARE, of: ({ rate }) => rate, goal: atLeast(0.5) },
  { what: 'requests/s', reference: WITH_SELECT, of: ({ rate }) => rate, goal: atLeast(2.5) },
  { what: 'p99 ms', reference: BARE, of: ({ p99 }) => p99, goal: atMost(2) },
];

function comparisons(connections: number, counted: readonly Round[]): Measurement[] {
  return COMPARISONS.map(({ what, reference, of, goal }) => {
    const pairs = counted.map((round): Pair => ({ ours: of(round['ours']!), reference: of(round[reference]!) }));
    const named = { bench: 'reads', metric: `${what} at ${connections}`, reference };
    return measured(named, pairs, connections === 32 ? goal : null);
  });
}
