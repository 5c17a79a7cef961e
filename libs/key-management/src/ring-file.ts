import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { KEY_BYTES, type KeyRingFile, type KeyWrapping, NEWEST_FORMAT, readKeyRingFile } from '@lockkeeper/sealing';

/**
 * Adds a key that opens, and doesn't seal yet: replicas that don't know it would not read what it sealed. Wrapped, where there is something
 * that wraps. The file is replaced whole, so that nobody ever reads half of it.
 * @returns the new key's id
 */
export async function addKey(path: string, wrapping: KeyWrapping | null): Promise<string> {
  const file = readKeyRingFile(await readFile(path, 'utf8'));
  const id = nextId(file);
  const key = randomBytes(KEY_BYTES);
  file.keys[id] = wrapping
    ? { wrappedBy: wrapping.name, ciphertext: await wrapping.wrap(key, id) }
    : key.toString('base64url');
  await replace(path, file);
  return id;
}

/** From now on this key seals, in the newest form. @throws if the ring has none of that id */
export async function writeWith(path: string, id: string): Promise<void> {
  const file = readKeyRingFile(await readFile(path, 'utf8'));
  if (file.keys[id] === undefined)
    throw new Error(`${path} has no key \`${id}\`; it has ${Object.keys(file.keys).join(', ')}`);
  await replace(path, { ...file, writing: id, format: NEWEST_FORMAT });
}

async function replace(path: string, file: KeyRingFile): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, path);
}

function nextId({ keys }: KeyRingFile): string {
  const numbers = Object.keys(keys).flatMap((id) => /^k(\d+)$/.exec(id)?.[1] ?? []);
  return `k${Math.max(0, ...numbers.map(Number)) + 1}`;
}
