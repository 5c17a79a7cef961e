import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 16 * 1024;

/** The last lines of a log; none if it can't be read. Synchronous, because it is used when something has just died. */
export function lastLines(file: string, count: number): string[] {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(descriptor, tail, 0, tail.length, size - tail.length);
      return tail.toString('utf8').trimEnd().split('\n').slice(-count);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return []; // no log is no reason to hide the failure that it would have explained
  }
}
