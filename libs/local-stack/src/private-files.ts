import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** A folder for its owner alone; its parents are made as usual. */
export async function privateDirectory(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/**
 * Written once, mode 600, whole or not at all, and never overwritten: whoever comes second gets what the first one wrote.
 * @param make called only if there is no file yet
 */
export async function createPrivateFile(path: string, make: () => string | Promise<string>): Promise<string> {
  const existing = await readIfThere(path);
  if (existing !== null) return existing;
  const draft = await writeDraft(path, await make());
  try {
    // A hard link appears with its whole content or fails because the name is taken; a rename would replace what is there.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/** Mode 600, replaced in one step: a reader sees the old content or the new one. */
export async function replacePrivateFile(path: string, content: string): Promise<void> {
  await rename(await writeDraft(path, content), path);
}

export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeDraft(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}
