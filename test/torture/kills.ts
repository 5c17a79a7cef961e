import { FAIL_POINTS, type FailPoint } from '@lockkeeper/observability';
import { eventually } from '../support/eventually.js';
import { type Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import type { Battlefield, Fate } from './battlefield.js';
import { type Figure, allOf, counted } from './figures.js';

interface Struck {
  point: FailPoint;
  strict: string[];
  lenient: string[];
}

const BATCH = 3;
const LONGEST_WAIT_MS = 180_000;

/** Both take and answer slowly enough for a process to die in between. */
export interface Providers {
  strict: Provider;
  lenient: Provider;
}

export async function killProviders(field: Battlefield): Promise<Providers> {
  const strict = await field.provider('strict');
  const lenient = await field.provider('lenient', { oneRetry: true });
  for (const provider of [strict, lenient]) provider.always('token', answers.slowly(60));
  return { strict, lenient };
}

/**
 * `kill -9` at each named step of a refresh, among several replicas: at a provider that ends a grant whose spent token comes again, and at one
 * that grants one retry. @param passage how often the step is passed before it is deadly
 */
export async function kills(
  field: Battlefield,
  { strict, lenient }: Providers,
  { points = FAIL_POINTS, passage }: { points?: readonly FailPoint[]; passage: () => number },
): Promise<Figure[]> {
  const struck: Struck[] = [];
  for (const point of points) struck.push(await strike(field, point, passage()));
  await field.restore();
  const figures: Figure[] = [];
  for (const one of struck) figures.push(...(await figuresOf(field, one)));
  return [
    ...figures,
    counted('a spent refresh token that came again where one retry is granted', lenient.grants.reuses, 0),
    counted(
      'refreshes at the strict provider beyond one for each token, but for retries that nobody could avoid',
      excessOf(strict, await allIndeterminate(field)),
      0,
    ),
  ];
}

async function strike(field: Battlefield, point: FailPoint, passage: number): Promise<Struck> {
  const name = point === 'after_intake_commit' ? 'access-tokens-1' : 'credentials-1';
  const victim = await field.arm(name, `${point}=kill#${passage}`);
  const struck: Struck = { point, strict: [], lenient: [] };
  const deadline = Date.now() + LONGEST_WAIT_MS;
  // Other replicas take their share: more becomes due until the armed one has come to its point.
  do {
    if (Date.now() > deadline) throw new Error(`${name} did not come to ${point}`);
    struck.strict.push(...(await field.due('strict', BATCH)));
    struck.lenient.push(...(await field.due('lenient', BATCH)));
    await eventually(async () => !victim.running || (await noneDue(field, struck)), { what: 'what is due is begun' });
  } while (victim.running);
  // Whatever was sent together may be lost together; the others go on, and of theirs nothing is.
  struck.strict.push(...(await field.due('strict', BATCH)));
  return struck;
}

async function noneDue(field: Battlefield, { strict, lenient }: Struck): Promise<boolean> {
  const fates = await field.fates([...strict, ...lenient]);
  return fates.every(({ version, outcomes }) => version > 1 || outcomes.length > 0);
}

async function figuresOf(field: Battlefield, { point, strict, lenient }: Struck): Promise<Figure[]> {
  const [strictFates, lenientFates] = [await field.settled(strict), await field.settled(lenient)];
  const lost = strictFates.filter((fate) => fate.status !== 'active');
  const kept = strictFates.filter((fate) => fate.status === 'active').map(({ id }) => id);
  const excused = lost.filter((fate) => isTold(fate));
  const once = point === 'after_send' || point === 'after_answer';
  return [
    allOf(`${point}: alive, where one retry is granted`, (await field.living(lenient)).length, lenientFates.length),
    allOf(
      `${point}: alive at the strict provider, of those whose answer was kept`,
      (await field.living(kept)).length,
      strict.length - excused.length,
    ),
    counted(
      `${point}: lost without a word${once ? ` (${excused.length} lost with their answer, all told)` : ''}`,
      lost.length - excused.length,
      0,
    ),
    counted(
      `${point}: versions beyond the refreshes that were applied`,
      excessVersions([...strictFates, ...lenientFates]),
      0,
    ),
  ];
}

/** Its answer was in nobody's hands but the dead process's: said so in the ledger, in the timeline, and to its user. */
const isTold = ({ outcomes, notices, told }: Fate): boolean =>
  outcomes.includes('indeterminate') && notices === 1 && told > 0;

const excessVersions = (fates: readonly Fate[]): number =>
  fates.filter(({ version, outcomes }) => version - 1 !== outcomes.filter((outcome) => outcome === 'applied').length)
    .length;

async function allIndeterminate(field: Battlefield): Promise<number> {
  const [row] = await field.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM refresh_ledger l JOIN connections c ON c.id = l.connection_id JOIN api_services s ON s.id = c.api_service_id
     WHERE l.outcome = 'indeterminate' AND s.slug = 'strict'`,
  );
  return row!.count;
}

function excessOf(provider: Provider, unavoidable: number): number {
  const times = new Map<string, number>();
  for (const { form } of provider.tokenRequests('refresh_token')) {
    const token = form['refresh_token']!;
    times.set(token, (times.get(token) ?? 0) + 1);
  }
  const repeated = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  return Math.max(0, repeated - unavoidable);
}
