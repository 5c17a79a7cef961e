import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './command.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { freePort } from './ports.js';
import { createPrivateFile, privateDirectory, readIfThere, replacePrivateFile } from './private-files.js';
import { StackError } from './stack.error.js';
import { SYSTEM_DIRECTORY, giveTo, isRoot, serverUser } from './unprivileged-user.js';

/** Remembered beside the other secrets (mode 600); the data folder itself may have to lie elsewhere. */
interface State {
  /** Drawn once; the data folder carries it too, so that data of an installation that was deleted are never taken for ours. */
  installation: string;
  dataDirectory: string;
  port: number;
  superuserPassword: string;
  rolePasswords: Record<string, string>;
}

export const SUPERUSER = 'postgres';
const INSTALLATION_FILE = 'lockkeeper-installation';

/** One PostgreSQL's data folder, port and passwords: made once, found again by every later start. */
export class PostgresInstallation {
  private constructor(
    private readonly stateFile: string,
    private readonly state: State,
  ) {}

  /**
   * @param directory ours, private: holds the state, and the data unless we are root
   * @param dataDirectory where the data lie instead
   */
  static async open(directory: string, dataDirectory?: string): Promise<PostgresInstallation> {
    const stateFile = stateFileOf(await privateDirectory(directory));
    const text = await createPrivateFile(stateFile, async () => {
      const state: State = {
        installation: randomBytes(16).toString('hex'),
        dataDirectory: dataDirectory ?? (await usualDataDirectory(directory)),
        port: await freePort(),
        superuserPassword: randomBytes(24).toString('base64url'),
        rolePasswords: {},
      };
      return JSON.stringify(state, null, 2);
    });
    return new PostgresInstallation(stateFile, JSON.parse(text) as State);
  }

  /** Null if there is none in this folder. */
  static async find(directory: string): Promise<PostgresInstallation | null> {
    const text = await readIfThere(stateFileOf(directory));
    return text === null ? null : new PostgresInstallation(stateFileOf(directory), JSON.parse(text) as State);
  }

  get dataDirectory(): string {
    return this.state.dataDirectory;
  }

  get port(): number {
    return this.state.port;
  }

  get logFile(): string {
    return join(this.dataDirectory, 'server.log');
  }

  get adminUrl(): string {
    return `postgres://${SUPERUSER}:${this.state.superuserPassword}@127.0.0.1:${this.port}/postgres`;
  }

  /** Draw into it what is missing, then `save()`. */
  get rolePasswords(): Record<string, string> {
    return this.state.rolePasswords;
  }

  async usePort(port: number): Promise<void> {
    if (port === this.state.port) return;
    this.state.port = port;
    await this.save();
  }

  async save(): Promise<void> {
    await replacePrivateFile(this.stateFile, JSON.stringify(this.state, null, 2));
  }

  /** True for data that another, deleted installation left at this place. */
  async holdsForeignData(): Promise<boolean> {
    const owner = await readIfThere(join(this.dataDirectory, INSTALLATION_FILE));
    return (await this.hasData()) && owner !== this.state.installation;
  }

  /** Out of the way, not deleted; the one that was set aside before it is. */
  async setAsideForeignData(): Promise<string> {
    const aside = `${this.dataDirectory}.previous`;
    await rm(aside, { recursive: true, force: true });
    await rename(this.dataDirectory, aside);
    return aside;
  }

  /** Makes the data folder if there is none: elsewhere first, then renamed, so that a crash in between leaves nothing half made. */
  async initialise(binaries: PostgresBinaries): Promise<void> {
    if (await this.hasData()) return this.checkMajorVersion(binaries);
    const user = await serverUser(this.dataDirectory);
    const draft = `${this.dataDirectory}.draft`;
    const passwordFile = `${draft}.password`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(dirname(draft), { recursive: true, mode: 0o755 });
    await mkdir(draft, { mode: 0o700 });
    await giveTo(user, draft);
    await rm(passwordFile, { force: true });
    await writeFile(passwordFile, `${this.state.superuserPassword}\n`, { mode: 0o600, flag: 'wx' });
    await giveTo(user, passwordFile);
    try {
      await this.runInitdb(binaries, draft, passwordFile);
    } finally {
      await rm(passwordFile, { force: true });
    }
    await writeFile(join(draft, INSTALLATION_FILE), this.state.installation, { mode: 0o600 });
    await rename(draft, this.dataDirectory);
    // For whoever finds it among others: whose data these are, and that they may go once that folder is gone.
    if (this.dataDirectory.startsWith(SYSTEM_DIRECTORY)) {
      await writeFile(join(dirname(this.dataDirectory), 'belongs-to'), `${dirname(this.stateFile)}\n`);
    }
  }

  private async runInitdb(binaries: PostgresBinaries, draft: string, passwordFile: string): Promise<void> {
    const identity = ['-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', passwordFile];
    const text = ['-E', 'UTF8', '--locale=C', '--no-instructions'];
    const user = await serverUser(this.dataDirectory);
    try {
      const options = { ...user, cwd: draft, env: PLAIN_ENVIRONMENT };
      await run(join(binaries.bin, 'initdb'), ['-D', draft, ...identity, ...text], options);
    } catch (cause) {
      if (!(cause as Error).message.includes('could not look up effective user ID')) throw cause;
      throw new StackError(
        'PostgreSQL cannot run as a user without a name.',
        'Give this user an entry in /etc/passwd, or set CREDENTIALS_DATABASE_URL and ACCESS_TOKENS_DATABASE_URL.',
        { cause },
      );
    }
  }

  private async hasData(): Promise<boolean> {
    return (await readIfThere(join(this.dataDirectory, 'PG_VERSION'))) !== null;
  }

  private async checkMajorVersion({ major }: PostgresBinaries): Promise<void> {
    const found = (await readFile(join(this.dataDirectory, 'PG_VERSION'), 'utf8')).trim();
    if (Number(found) === major) return;
    throw new StackError(
      `The local data were made by PostgreSQL ${found}, and ${major} is installed now.`,
      `Go back to the version of Lockkeeper that made them, or start afresh without them: move ${this.stateFile} away.`,
    );
  }
}

/** Our own PG* variables, locale and the like must not reach a server that belongs to this project alone. */
export const PLAIN_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', HOME: '/' };

const stateFileOf = (directory: string): string => join(directory, 'postgres.json');

async function usualDataDirectory(directory: string): Promise<string> {
  if (!isRoot()) return join(directory, 'postgres');
  const project = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 16);
  return join(SYSTEM_DIRECTORY, project, 'postgres');
}
