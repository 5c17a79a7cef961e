import { freePort } from '@lockkeeper/local-stack';
import { succeeded } from '../support/api-client.js';
import { AppProcess } from '../support/app-process.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { OpenWorkspace } from '../support/open-workspace.js';
import type { Bench, BenchRun } from './bench-run.js';
import { type Load, loaded } from './load.js';
import { type Measurement, type Pair, atLeast, measured } from './measurement.js';
import { UNBOUNDED } from './reads.js';

const ROUNDS = 5;
const SECONDS = 2;
const AT_ONCE = 32;
const SIZES = [
  { name: '1 KB', bytes: 1024 },
  { name: '1 MB', bytes: 1_048_576 },
];
const REFERENCE = 'bare undici reverse proxy';

/** ANY /v1/proxy/:apiService/:user/<path>, beside a reverse proxy that does nothing else. */
export const proxy: Bench = {
  about: `calls through /v1/proxy of one replica, ${AT_ONCE} at once, answers of 1 KB and of 1 MB`,
  async run(run) {
    const workspace = await run.uses(OpenWorkspace.start({ ownPostgres: true, env: UNBOUNDED }), (started) =>
      started.stop(),
    );
    const api = await started(run, 'bare-api', {});
    const bare = await started(run, 'bare-proxy', { TARGET: `${api}/v1` });
    const ours = await ourDoor(workspace, `${api}/v1`);
    const measurements: Measurement[] = [];
    for (const [index, { name, bytes }] of SIZES.entries()) {
      const how = { connections: AT_ONCE, seconds: SECONDS };
      const pairs = await rounds(run, name, {
        ours: { ...how, ...ours, paths: [ours.paths[index]!] },
        reference: { ...how, baseUrl: bare, paths: [`/bytes/${bytes}`] },
      });
      const named = { bench: 'proxy', metric: `requests/s, ${name}, ${AT_ONCE} at once`, reference: REFERENCE };
      measurements.push(measured(named, pairs, atLeast(0.5)));
    }
    return measurements;
  },
};

async function started(run: BenchRun, name: string, more: Record<string, string>): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = `test/bench/dist/test/bench/${name}.js`;
  const server = new AppProcess(name, url, program, { PORT: String(port), ...more });
  await run.uses(server.start(), () => server.stop());
  return url;
}

async function ourDoor(
  workspace: OpenWorkspace,
  baseUrl: string,
): Promise<Pick<Load, 'paths' | 'baseUrl' | 'headers'>> {
  const { admin, url, credentials } = workspace;
  const use = { baseUrls: [baseUrl], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} };
  const publication = publicationOf({ use });
  await credentials.publish(publication);
  await workspace.knows(publication);
  const consumer = { name: 'bench', entitlements: [{ apiService: publication.apiService }] };
  const { key } = succeeded(await admin.post<{ key: string }>('/v1/consumers', consumer));
  const paths = SIZES.map(({ bytes }) => `/v1/proxy/${publication.apiService}/${publication.user}/bytes/${bytes}`);
  return { baseUrl: url, paths, headers: { authorization: `Bearer ${key}` } };
}

async function rounds(run: BenchRun, name: string, loads: { ours: Load; reference: Load }): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let number = 0; number <= ROUNDS; number += 1) {
    const first = number % 2 === 0 ? 'ours' : 'reference';
    const second = first === 'ours' ? 'reference' : 'ours';
    const rates = { [first]: (await loaded(loads[first])).rate, [second]: (await loaded(loads[second])).rate };
    const pair = { ours: rates['ours']!, reference: rates['reference']! };
    if (number > 0) pairs.push(pair);
    run.say(`${name}, round ${number}: ours ${pair.ours.toFixed(0)}/s, bare ${pair.reference.toFixed(0)}/s`);
  }
  return pairs;
}
