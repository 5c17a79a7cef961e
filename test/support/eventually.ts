import { setTimeout as delay } from 'node:timers/promises';

interface Expectation {
  /** For the message, if it never comes: `the rotated token is readable`. */
  what: string;
  deadlineMs?: number;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 50;

/** Thrown by what is asked, ends the wait at once: it will never be so. */
export class Hopeless extends Error {}

/** Waits for a thing to be there: asks until the answer is something other than null, undefined or false, and doesn't throw. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  { what, deadlineMs = DEADLINE_MS }: Expectation,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + deadlineMs;
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
    await delay(PAUSE_MS);
  }
}
