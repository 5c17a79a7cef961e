import { parseArgs } from 'node:util';
import { Battlefield } from './battlefield.js';
import { databaseCut, diskFull, hungProvider } from './cuts.js';
import { demands, freezes } from './fences.js';
import { type Figure, holds, lineOf, random } from './figures.js';
import { killProviders, kills } from './kills.js';
import { storm } from './storms.js';
import { VirtualTime, skewedClocks, wrongSecret } from './virtual-time.js';

/**
 * `npm run torture [-- --seed N] [--rounds N] [--acts hung,storm]`: one line for each figure; the last one is `torture: N passed, N failed`. The seed decides where in
 * their work processes are killed; what the machine does in between is its own.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, rounds: { type: 'string' }, acts: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const rounds = Number(values.rounds ?? 3);
const draw = random(seed);
console.log(`seed: ${seed}`);

let passed = 0;
let failed = 0;

function tell(figures: readonly Figure[]): void {
  for (const figure of figures) {
    console.log(lineOf(figure));
    if (figure.passed) passed += 1;
    else failed += 1;
  }
}

type Act = (field: Battlefield) => Promise<Figure[]>;

const ACTS: Record<string, Act> = {
  kills: inRounds,
  freezes,
  demands: (field) => demands(field, { count: 1000 }),
  database: (field) => databaseCut(field, { count: 12 }),
  disk: diskFull,
  hung: (field) => hungProvider(field, { count: 60 }),
  storm: (field) => storm(field, { count: 100_000, seconds: 30, random: draw }),
  clocks: (field) => skewedClocks(field, { count: 60 }),
  secret: async (field) => wrongSecret(field, await VirtualTime.take(field), { count: 20, steps: 48 }),
};

/** Each round is an act of its own: one that fails doesn't keep the others from being played. */
async function inRounds(field: Battlefield): Promise<Figure[]> {
  const providers = await killProviders(field);
  const round: Act = () => kills(field, providers, { passage: () => 1 + draw(4) });
  for (let count = 1; count <= rounds; count += 1) await play(field, ['kills', round]);
  return [];
}

function wantedActs(): [string, Act][] {
  const names = values.acts?.split(',') ?? Object.keys(ACTS);
  return names.map((name) => {
    if (!Object.hasOwn(ACTS, name))
      throw new Error(`There is no act ${name}: there are ${Object.keys(ACTS).join(', ')}.`);
    return [name, ACTS[name]!];
  });
}

/** One that can't be carried out to its end has failed; the others go on. */
async function play(field: Battlefield, [name, act]: [string, Act]): Promise<void> {
  try {
    tell(await act(field));
  } catch (error) {
    tell([holds(name, excerptOf(error as Error), false)]);
  }
}

/** What it was, and the last words of whoever said them. */
const excerptOf = ({ message }: Error): string =>
  message.length <= 800 ? message : `${message.slice(0, 200)} … ${message.slice(-600)}`;

const acts = wantedActs();
const field = await Battlefield.open({ credentialsReplicas: 4 });
const end = (): void => void field.close().finally(() => process.exit(130));
process.once('SIGINT', end).once('SIGTERM', end);
try {
  for (const act of acts) await play(field, act);
} finally {
  await field.close();
}
console.log(`torture: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
