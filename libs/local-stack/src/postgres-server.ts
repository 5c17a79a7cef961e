import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './command.js';
import { lastLines } from './log-tail.js';
import { becomesTrue, samePortIfFree } from './ports.js';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.js';
import {
  type DatabasesOptions,
  type WorkspaceDatabases,
  createWorkspaceDatabases,
  whyNotAnswering,
} from './postgres-databases.js';
import { PLAIN_ENVIRONMENT, PostgresInstallation } from './postgres-installation.js';
import { commandLineOf } from './process-identity.js';
import { StackError } from './stack.error.js';
import { end, sendSignal } from './supervised-process.js';
import { type UserIds, serverUser } from './unprivileged-user.js';

export interface PostgresOptions {
  /** Private to us: holds port and passwords, and the data unless we are root. */
  directory: string;
  /** Where the data lie instead of the usual place. */
  dataDirectory?: string | undefined;
  /** Server settings, for instance `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string> | undefined;
  /** Hears, in a few words, what was found and mended. */
  log?: ((line: string) => void) | undefined;
}

const START_DEADLINE_MS = 90_000;
const RETRY_MS = 500;

/**
 * A private PostgreSQL on loopback. It runs by itself (`pg_ctl` starts it): a parent that is killed leaves it running, and the next start takes it over.
 */
export class PostgresServer {
  private installation: PostgresInstallation | null = null;
  private binaries: PostgresBinaries | null = null;

  constructor(private readonly options: PostgresOptions) {}

  /** Makes, recovers, takes over or starts the server: afterwards it answers. @throws StackError with the last lines of its log */
  async start(): Promise<void> {
    this.binaries ??= await postgresBinaries();
    this.installation ??= await PostgresInstallation.open(this.options.directory, this.options.dataDirectory);
    await this.setAsideForeignData();
    await this.installed.initialise(this.binaries);
    if (await this.takeOver()) return;
    await this.launch();
  }

  /** `fast` ends its clients' transactions; `immediate` is a crash that will be recovered from. Also stops what an earlier process started. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    this.installation ??= await PostgresInstallation.find(this.options.directory);
    if (!this.installation || (await this.pid()) === null) return;
    await this.control(['-m', mode, '-w', '-t', '30', 'stop']);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** As a crash of the machine would end it: the postmaster is gone at once, its children soon after. */
  async kill(): Promise<void> {
    const pid = await this.pid();
    if (pid === null) return;
    sendSignal(pid, 'SIGKILL');
    await becomesTrue(async () => (await this.pid()) === null, 5000);
  }

  get port(): number {
    return this.installed.port;
  }

  /** A superuser's URL, for tests and for making databases. */
  get adminUrl(): string {
    return this.installed.adminUrl;
  }

  /** Where its files lie, the write-ahead log among them. */
  get dataDirectory(): string {
    return this.installed.dataDirectory;
  }

  get lastLogLines(): string[] {
    return lastLines(this.installed.logFile, 15);
  }

  /** One database per workspace. Called again with the same suffix it finds the same ones. */
  async createWorkspaceDatabases(options: Omit<DatabasesOptions, 'passwords'> = {}): Promise<WorkspaceDatabases> {
    const passwords = this.installed.rolePasswords;
    const databases = await createWorkspaceDatabases(this.adminUrl, { ...options, passwords });
    await this.installed.save();
    return databases;
  }

  /** The postmaster's process id, or null if it isn't running. Believes the pid file only where that process works on our data. */
  async pid(): Promise<number | null> {
    const text = await readFile(this.pidFile, 'utf8').catch(() => '');
    const pid = Number.parseInt(text, 10);
    if (!(pid > 0)) return null;
    return (await commandLineOf(pid))?.includes(this.installed.dataDirectory) ? pid : null;
  }

  private get installed(): PostgresInstallation {
    if (!this.installation) throw new StackError('PostgreSQL has not been started.');
    return this.installation;
  }

  private get pidFile(): string {
    return join(this.installed.dataDirectory, 'postmaster.pid');
  }

  private async setAsideForeignData(): Promise<void> {
    if (!(await this.installed.holdsForeignData())) return;
    const orphan = await this.pid();
    if (orphan !== null) await end(orphan);
    this.options.log?.(
      `data of an earlier, deleted installation were moved to ${await this.installed.setAsideForeignData()}`,
    );
  }

  /** A server that an earlier, killed parent left running is as good as a new one, if it lets us in. */
  private async takeOver(): Promise<boolean> {
    const pid = await this.pid();
    if (pid === null) return false;
    const [, , , port] = (await readFile(this.pidFile, 'utf8').catch(() => '')).split('\n');
    if (Number(port) > 0) await this.installed.usePort(Number(port));
    if (await becomesTrue(async () => (await whyNotAnswering(this.adminUrl)) === null, 5000)) {
      this.options.log?.('took over the PostgreSQL that was still running');
      return true;
    }
    await this.stop('immediate').catch(() => end(pid));
    return false;
  }

  /**
   * Tries until the deadline: for a second or two after a kill -9 the old one's children still hold its memory,
   * and between choosing a port and using it somebody else may take it.
   */
  private async launch(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      const failure = await this.tryToLaunch();
      if (failure === null) return;
      if (Date.now() > deadline) throw failure;
      await delay(RETRY_MS);
    }
  }

  private async tryToLaunch(): Promise<StackError | null> {
    // On a busy machine the one that an earlier try began may still be on its way.
    if ((await this.pid()) === null) {
      const failure = await this.begin();
      if (failure !== null) return failure;
    }
    const refusal = await whyNotAnswering(this.adminUrl);
    return refusal === null ? null : new StackError(`PostgreSQL runs but does not answer: ${refusal}`);
  }

  private async begin(): Promise<StackError | null> {
    await this.installed.usePort(await samePortIfFree(this.installed.port));
    // A pid file that names nobody, or by now a stranger's process, would make PostgreSQL refuse to start.
    await rm(this.pidFile, { force: true });
    try {
      await this.control(['-w', '-t', '20', '-l', this.installed.logFile, '-o', this.serverArguments(), 'start']);
      return null;
    } catch (cause) {
      return new StackError(`PostgreSQL does not start:\n${this.lastLogLines.join('\n')}`, null, { cause });
    }
  }

  private serverArguments(): string {
    const settings = {
      port: String(this.installed.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      ...this.options.settings,
    };
    return Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ');
  }

  private async control(args: string[]): Promise<void> {
    const { dataDirectory } = this.installed;
    const user: UserIds | null = await serverUser(dataDirectory);
    const command = join((this.binaries ??= await postgresBinaries()).bin, 'pg_ctl');
    await run(command, ['-D', dataDirectory, ...args], { ...user, cwd: dataDirectory, env: PLAIN_ENVIRONMENT });
  }
}
