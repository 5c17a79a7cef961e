import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStack, type LocalStackOptions } from './local-stack.js';
import { holderOf } from './stack-holder.js';

const PREFIX = 'lockkeeper-stack-';
const YOUNG_MS = 60_000;

export interface TemporaryStackOptions extends Pick<LocalStackOptions, 'postgres' | 'nats' | 'log'> {
  /** PostgreSQL writes as in earnest, for who measures that: what is committed is on disk. */
  durable?: boolean;
}

const MAX_CONNECTIONS = { max_connections: '400' };
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A stack for tests and benchmarks: under the system's temporary folder, faster because it need not survive a power cut, deleted at the end. */
export class TemporaryStack extends LocalStack {
  private constructor(
    private readonly place: string,
    options: LocalStackOptions,
  ) {
    super(options);
  }

  static async start({ durable = false, ...options }: TemporaryStackOptions = {}): Promise<TemporaryStack> {
    await removeAbandoned();
    const place = await mkdtemp(join(tmpdir(), PREFIX));
    await chmod(place, 0o711); // root's PostgreSQL runs as somebody else, who must get through
    const stack = new TemporaryStack(place, {
      ...options,
      directory: join(place, 'private'),
      postgresDataDirectory: join(place, 'postgres'),
      postgresSettings: { ...MAX_CONNECTIONS, ...(!durable && NOT_DURABLE) },
    });
    await stack.start();
    return stack;
  }

  /** Stops it and deletes everything. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.place, { recursive: true, force: true });
  }
}

/** What a killed test run left behind: its servers are ended, its folder is deleted. */
async function removeAbandoned(): Promise<void> {
  const places = (await readdir(tmpdir()))
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(tmpdir(), name));
  await Promise.all(places.map((place) => removeIfAbandoned(place)));
}

async function removeIfAbandoned(place: string): Promise<void> {
  const found = await stat(place).catch(() => null);
  if (!found || found.uid !== process.getuid?.()) return; // somebody else's
  if (Date.now() - found.mtimeMs < YOUNG_MS) return; // perhaps about to start
  const directory = join(place, 'private');
  if ((await holderOf(directory)) !== null) return;
  const leftover = new LocalStack({ directory, postgresDataDirectory: join(place, 'postgres') });
  await leftover.endLeftovers();
  await rm(place, { recursive: true, force: true });
}
