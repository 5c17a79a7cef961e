import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** False for a process that has ended, though nobody may have collected it yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The words that a process was started with, joined by spaces; null if there is no such process (a zombie has none either).
 * Process ids are used again, after a restart of the machine above all: a pid file alone never says whose process that is.
 */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  const words = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  return words === '' ? null : words;
}

async function fromProc(pid: number): Promise<string> {
  try {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return words.split('\0').join(' ').trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

async function fromPs(pid: number): Promise<string> {
  try {
    const { stdout } = await execute('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return ''; // ps answers 1 when there is no such process
  }
}
