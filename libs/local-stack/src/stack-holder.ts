import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, privateDirectory, readIfThere } from './private-files.js';
import { commandLineOf } from './process-identity.js';
import { StackError } from './stack.error.js';
import { type PidFile, endOrphan, parsePidFile } from './supervised-process.js';

const holderFile = (directory: string): string => join(directory, 'run', 'holder.pid');

/** The live process that holds a stack's folder; null if there is none. */
export async function holderOf(directory: string): Promise<PidFile | null> {
  const holder = parsePidFile(await readIfThere(holderFile(directory)));
  return holder !== null && (await commandLineOf(holder.pid)) === holder.commandLine ? holder : null;
}

/**
 * Takes a stack's folder for this process.
 * @returns true if an earlier holder died without letting go, so that processes of its may still run
 * @throws StackError if another live process holds it
 */
export async function takeHold(directory: string): Promise<boolean> {
  await privateDirectory(join(directory, 'run'));
  const ours = JSON.stringify({ pid: process.pid, commandLine: await commandLineOf(process.pid) });
  let abandoned = false;
  while ((await createPrivateFile(holderFile(directory), () => ours)) !== ours) {
    const holder = await holderOf(directory);
    if (holder && holder.pid !== process.pid) {
      throw new StackError(
        `Lockkeeper runs in ${directory} already, as process ${holder.pid}.`,
        `Stop it where it was started, or with:  kill ${holder.pid}`,
      );
    }
    abandoned = true;
    await rm(holderFile(directory), { force: true });
  }
  return abandoned;
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
