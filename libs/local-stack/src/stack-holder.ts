import { randomBytes } from 'node:crypto';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, privateDirectory, readIfThere } from './private-files.js';
import { commandLineOf } from './process-identity.js';
import { StackError } from './stack.error.js';
import { type PidFile, endOrphan, parsePidFile } from './supervised-process.js';

/** Not among the pid files of `run`: whoever holds the folder is no orphan in it. */
const holderFile = (directory: string): string => join(directory, 'holder.json');

/** The live process that holds a stack's folder; null if there is none. */
export async function holderOf(directory: string): Promise<PidFile | null> {
  return liveHolder(await readIfThere(holderFile(directory)));
}

async function liveHolder(content: string | null): Promise<PidFile | null> {
  const holder = parsePidFile(content);
  return holder !== null && (await commandLineOf(holder.pid)) === holder.commandLine ? holder : null;
}

/**
 * Takes a stack's folder for this process.
 * @returns true if an earlier holder died without letting go, so that processes of its may still run
 * @throws StackError if another live process holds it
 */
export async function takeHold(directory: string): Promise<boolean> {
  await privateDirectory(directory);
  const ours = JSON.stringify({ pid: process.pid, commandLine: await commandLineOf(process.pid) });
  let abandoned = false;
  for (;;) {
    const found = await createPrivateFile(holderFile(directory), () => ours);
    if (found === ours) return abandoned;
    const holder = await liveHolder(found);
    if (holder && holder.pid !== process.pid) {
      throw new StackError(
        `Lockkeeper runs in ${directory} already, as process ${holder.pid}.`,
        `Stop it where it was started, or with:  kill ${holder.pid}`,
      );
    }
    abandoned = true;
    await discard(holderFile(directory), found);
  }
}

/** Of two that find the same dead holder, neither may throw away what the other has put in its place meanwhile. */
async function discard(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // the other one was faster
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== stale) await createPrivateFile(file, () => moved);
  await rm(aside);
}

export async function letGo(directory: string): Promise<void> {
  await rm(holderFile(directory), { force: true });
}

/** Ends every process that a dead holder left in this folder. @returns their names */
export async function endOrphans(directory: string): Promise<string[]> {
  const files = await readdir(join(directory, 'run')).catch(() => []);
  const names = files.filter((file) => file.endsWith('.pid')).map((file) => file.slice(0, -'.pid'.length));
  const ended = await Promise.all(names.map(async (name) => ((await endOrphan(directory, name)) ? name : null)));
  return ended.filter((name) => name !== null);
}
