import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BenchRun } from './bench-run.js';
import { BENCHES } from './benches.js';
import type { Measurement } from './measurement.js';
import { tableOf } from './table.js';

/**
 * `npm run bench -- [NAME…] [--json FILE] [--connections COUNT] [--minutes COUNT]`: runs all benches, or those that are named, each for ten minutes
 * at most if nothing else is said; prints one table. `tsc -b test/bench` builds it to
 * `test/bench/dist/test/bench/bench.js`. The exit code is 0 if every goal is met, 1 if one is missed, 2 if something could not be measured.
 */
const DEADLINE_MINUTES = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    connections: { type: 'string' },
    minutes: { type: 'string', default: String(DEADLINE_MINUTES) },
    help: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => !(name in BENCHES));
if (values.help === true || unknown.length > 0) {
  const list = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`);
  const usage = 'npm run bench -- [NAME…] [--json FILE] [--connections COUNT (keys)] [--minutes COUNT]';
  console.error([usage, ...list].join('\n'));
  process.exit(unknown.length > 0 ? 2 : 0);
}

const measurements: Measurement[] = [];
let failed = false;
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  try {
    measurements.push(...(await carriedOut(name)));
  } catch (error) {
    failed = true;
    console.error(`${name} could not be measured:`, error);
  }
}
if (measurements.length > 0) console.log(`\n${tableOf(measurements)}`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(measurements, null, 2)}\n`);
process.exitCode = failed ? 2 : measurements.every(({ ok }) => ok) ? 0 : 1;

/** A bench that hangs is a failure, not a long wait. Its parts end with it, or at the latest with this process. */
async function carriedOut(name: string): Promise<Measurement[]> {
  const run = new BenchRun(name, values.connections === undefined ? null : Number(values.connections));
  const over = new AbortController();
  const deadline = new Promise<never>((_, reject) => {
    const late = new Error(`not done after ${values.minutes} minutes`);
    const timer = setTimeout(() => reject(late), Number(values.minutes) * 60_000);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const interrupt = (): void => void run.cleanUp().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await Promise.race([BENCHES[name]!.run(run), deadline]);
  } finally {
    over.abort();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await run.cleanUp();
  }
}
