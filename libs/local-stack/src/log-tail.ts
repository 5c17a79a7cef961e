import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 16 * 1024;

/**
 * The last lines of a log; none if it can't be read. Synchronous, because it is used when something has just died.
 * @param from the byte at which what is asked for begins: before it are earlier runs
 */
export function lastLines(file: string, count: number, from = 0): string[] {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const tail = Buffer.alloc(Math.max(0, Math.min(size - from, TAIL_BYTES)));
      readSync(descriptor, tail, 0, tail.length, size - tail.length);
      const text = tail.toString('utf8').trimEnd();
      return text === '' ? [] : text.split('\n').slice(-count);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return []; // no log is no reason to hide the failure that it would have explained
  }
}
