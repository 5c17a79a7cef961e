import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

interface StateRecord {
  value: unknown;
  /** Milliseconds since the epoch; null: kept until it is deleted. */
  expiresAt: number | null;
}

/** What makes two runs the same sandbox to browsers and clients. */
export interface SandboxKeys {
  signing: JsonWebKey;
  cookies: string;
  clientSecret: string;
}

interface StateFile {
  keys: SandboxKeys;
  records: Record<string, StateRecord>;
}

const WRITE_BEHIND_MS = 100;
const SWEEP_MS = 60_000;

/**
 * Everything that the sandbox knows, in memory. With a file it is written behind each change, so that the grants of a newcomer's
 * connections outlive a restart; a `kill -9` loses the last tenth of a second.
 */
export class SandboxState {
  private pendingWrite: NodeJS.Timeout | null = null;
  private lastWrite: Promise<void> = Promise.resolve();
  private readonly sweeping: NodeJS.Timeout;

  private constructor(
    private readonly file: string | null,
    readonly keys: SandboxKeys,
    private readonly records: Map<string, StateRecord>,
    private readonly onWriteFault: (fault: unknown) => void,
  ) {
    this.sweeping = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** @param onWriteFault told when the file can't be written; the sandbox goes on in memory and tries again at the next change */
  static async load(file: string | null, onWriteFault: (fault: unknown) => void): Promise<SandboxState> {
    const stored = file === null ? null : await readStateFile(file);
    if (stored) return new SandboxState(file, stored.keys, new Map(Object.entries(stored.records)), onWriteFault);
    const fresh = new SandboxState(file, newKeys(), new Map(), onWriteFault);
    fresh.changed();
    return fresh;
  }

  get<T>(key: string): T | undefined {
    const record = this.records.get(key);
    if (!record) return undefined;
    if (hasExpired(record)) {
      this.records.delete(key);
      return undefined;
    }
    return structuredClone(record.value) as T;
  }

  /** @param expiresInSeconds undefined: kept until it is deleted */
  set(key: string, value: unknown, expiresInSeconds?: number): void {
    const expiresAt = expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000;
    this.records.set(key, { value: structuredClone(value), expiresAt });
    this.changed();
  }

  delete(key: string): void {
    if (this.records.delete(key)) this.changed();
  }

  /** Every living record whose key begins with the prefix. */
  *startingWith<T>(prefix: string): Generator<[key: string, value: T]> {
    for (const [key, record] of [...this.records]) {
      if (key.startsWith(prefix) && !hasExpired(record)) yield [key, structuredClone(record.value) as T];
    }
  }

  /** Writes what isn't written yet and stops; nothing may be changed afterwards. */
  async close(): Promise<void> {
    clearInterval(this.sweeping);
    if (this.pendingWrite) {
      clearTimeout(this.pendingWrite);
      this.write();
    }
    await this.lastWrite;
  }

  private changed(): void {
    if (this.file === null || this.pendingWrite) return;
    this.pendingWrite = setTimeout(() => this.write(), WRITE_BEHIND_MS);
  }

  private write(): void {
    this.pendingWrite = null;
    const content: StateFile = { keys: this.keys, records: Object.fromEntries(this.records) };
    const text = JSON.stringify(content);
    // One after the other: two renames that overlap could leave the older content in place.
    this.lastWrite = this.lastWrite.then(() => replaceFile(this.file!, text)).catch(this.onWriteFault);
  }

  private sweep(): void {
    for (const [key, record] of this.records) if (hasExpired(record)) this.records.delete(key);
  }
}

const hasExpired = ({ expiresAt }: StateRecord): boolean => expiresAt !== null && expiresAt <= Date.now();

function newKeys(): SandboxKeys {
  // RS256 is the one algorithm that every OpenID client must know (OpenID Connect Core section 15.1).
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomBytes(8).toString('base64url');
  return {
    signing: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
    cookies: randomBytes(32).toString('base64url'),
    clientSecret: randomBytes(32).toString('base64url'),
  };
}

async function readStateFile(file: string): Promise<StateFile | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The sandbox cannot read its state file ${file}`, { cause });
  }
  try {
    return JSON.parse(text) as StateFile;
  } catch (cause) {
    throw new Error(`The sandbox's state file ${file} is not JSON: delete it to begin anew`, { cause });
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
