import { constants } from 'node:fs';
import { access, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './command.js';
import { privateDirectory } from './private-files.js';
import { PROJECT_ROOT } from './project-root.js';
import { StackError } from './stack.error.js';
import { isRoot } from './unprivileged-user.js';

const CACHE = join(PROJECT_ROOT, '.cache', 'nats-server');

/** Where to look, overridable for tests. */
export interface NatsBinarySearch {
  environment?: NodeJS.ProcessEnv;
  cache?: string;
}

/**
 * `NATS_SERVER_BIN`, else `nats-server` from PATH, else this project's own copy, which Debian and Ubuntu let anybody fetch
 * without installing anything.
 * @throws StackError with the one command for this system
 */
export async function natsServerBinary({
  environment = process.env,
  cache = CACHE,
}: NatsBinarySearch = {}): Promise<string> {
  const chosen = environment.NATS_SERVER_BIN;
  if (chosen) {
    if (await isExecutable(chosen)) return chosen;
    throw new StackError(
      `NATS_SERVER_BIN names ${chosen}, which cannot be run.`,
      'Set it to a nats-server program, or unset it.',
    );
  }
  const onPath = await firstExecutable(environment.PATH ?? '');
  if (onPath) return onPath;
  const cached = join(cache, 'nats-server');
  if (await isExecutable(cached)) return cached;
  return fetchFromDebian(cached, environment);
}

/** Two that fetch at once each fetch for themselves; the last rename wins, and both copies are the same. */
async function fetchFromDebian(target: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const cache = await privateDirectory(join(target, '..'));
  const draft = await mkdtemp(join(cache, 'fetch-'));
  try {
    await downloadPackage(draft, environment);
    const [archive] = (await readdir(draft)).filter((file) => file.endsWith('.deb'));
    await run('dpkg', ['-x', archive ?? '', 'unpacked'], { cwd: draft, env: environment });
    await rename(join(draft, 'unpacked', 'usr', 'sbin', 'nats-server'), target);
    return target;
  } catch (cause) {
    throw missingServer(cause, { apt: (await firstExecutable(environment.PATH ?? '', 'apt-get')) !== null });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function downloadPackage(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  // As root apt would download as its own user, who can't enter a private checkout.
  const download = (): Promise<string> =>
    run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', 'nats-server'], { cwd: directory, env });
  try {
    await download();
  } catch (error) {
    if (!isRoot()) throw error;
    await run('apt-get', ['update'], { env }); // the package lists may be empty, as in fresh containers
    await download();
  }
}

const BY_PLATFORM: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'brew install nats-server',
  linux: 'sudo apt-get update && sudo apt-get install nats-server',
};
const ANYWHERE = 'docker run --detach --publish 127.0.0.1:4222:4222 nats -js    and set NATS_URL=nats://127.0.0.1:4222';

/** @param apt whether this system has Debian's packages: on another Linux its command would only mislead */
export function missingServer(cause: unknown, { platform = process.platform, apt = true } = {}): StackError {
  const command = (platform === 'linux' && !apt ? undefined : BY_PLATFORM[platform]) ?? ANYWHERE;
  return new StackError(
    'There is no nats-server on this system, and it could not be fetched.',
    `Run:  ${command}\nor set NATS_SERVER_BIN to a nats-server program, or NATS_URL to a server of yours.`,
    { cause },
  );
}

async function firstExecutable(path: string, program = 'nats-server'): Promise<string | null> {
  for (const directory of path.split(delimiter).filter(Boolean)) {
    const candidate = join(directory, program);
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
