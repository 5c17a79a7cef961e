import { setTimeout as delay } from 'node:timers/promises';

interface Expectation {
  /** For the message, if it never comes: `the rotated token is readable`. */
  what: string;
  deadlineMs?: number;
}

/** For a machine that is busy with other things: what comes isn't waited for longer than it takes. */
const DEADLINE_MS = 90_000;
/** Asked soon at first, then less often: who waits for long shouldn't keep the machine busy. */
const PAUSES_MS = { first: 20, longest: 200, growth: 1.4 };

/** Thrown by what is asked, ends the wait at once: it will never be so. */
export class Hopeless extends Error {}

/** Waits for a thing to be there: asks until the answer is something other than null, undefined or false, and doesn't throw. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  { what, deadlineMs = DEADLINE_MS }: Expectation,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + deadlineMs;
  let pauseMs = PAUSES_MS.first;
  let last = 'nothing was answered';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) {
        return answer as NonNullable<Exclude<T, false>>;
      }
      last = `the last answer was ${String(answer)}`;
    } catch (fault) {
      if (fault instanceof Hopeless) throw fault;
      last = (fault as Error).message;
    }
    if (Date.now() >= deadline) throw new Error(`After ${deadlineMs} ms it is still not so that ${what}: ${last}`);
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * PAUSES_MS.growth, PAUSES_MS.longest);
  }
}
