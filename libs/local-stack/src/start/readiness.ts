import { becomesTrue } from '../ports.js';
import { StackError } from '../stack.error.js';
import type { SupervisedProcess } from '../supervised-process.js';

const READY_DEADLINE_MS = 90_000;

/**
 * Waits until an app answers as it should.
 * @param address what answers 200 once it is ready
 * @throws StackError with its last words if it ends before, or never answers
 */
export async function untilReady(app: SupervisedProcess, address: string): Promise<void> {
  const decided = async (): Promise<boolean> => !app.running || (await answersWell(address));
  const inTime = await becomesTrue(decided, READY_DEADLINE_MS);
  if (inTime && app.running) return;
  const { name } = app.description;
  if (inTime) throw new StackError(`${name} ended while it was starting.`, lastWords((await app.exited).lastLogLines));
  throw new StackError(`${name} does not answer at ${address}.`, `Its log: ${app.logFile}`);
}

export const lastWords = (lines: string[]): string => `The last lines of its log:\n${lines.join('\n')}`;

async function answersWell(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // not listening yet
  }
}
