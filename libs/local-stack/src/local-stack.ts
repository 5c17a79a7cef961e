import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NatsServer } from './nats-server.js';
import { PostgresServer } from './postgres-server.js';
import { createPrivateFile, privateDirectory, readIfThere } from './private-files.js';
import { commandLineOf } from './process-identity.js';
import { StackError } from './stack.error.js';
import { endOrphan } from './supervised-process.js';
import { rm } from 'node:fs/promises';

export interface LocalStackOptions {
  /** Private to this stack (made with mode 700): state, secrets, logs, pid files, NATS data, and PostgreSQL's data unless we are root. */
  directory: string;
  /** Left out where a server of somebody else's is used instead. */
  postgres?: boolean;
  nats?: boolean;
  /** Where PostgreSQL's data lie instead of the usual place. */
  postgresDataDirectory?: string;
  postgresSettings?: Record<string, string>;
  log?: (line: string) => void;
}

/**
 * The real servers that Lockkeeper needs, private to one folder: started, recovered after whatever happened to the last run, and stopped.
 * One process may hold a folder at a time.
 */
export class LocalStack {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  private readonly wanted: { start(): Promise<void>; stop(): Promise<void> }[];

  constructor(private readonly options: LocalStackOptions) {
    const { directory, postgresDataDirectory: dataDirectory, postgresSettings: settings, log } = options;
    this.postgres = new PostgresServer({ directory, dataDirectory, settings, log });
    this.nats = new NatsServer(directory);
    this.wanted = [];
    if (options.postgres !== false) this.wanted.push(this.postgres);
    if (options.nats !== false) this.wanted.push(this.nats);
  }

  /** Ready when it resolves. If one of the servers can't be started, the other is stopped again. */
  async start(): Promise<this> {
    await privateDirectory(this.options.directory);
    await this.takeHold();
    const outcomes = await Promise.allSettled(this.wanted.map((server) => server.start()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (!failed) return this;
    await this.stop();
    throw failed.reason;
  }

  /** Leaves no process behind. The data stay. */
  async stop(): Promise<void> {
    const outcomes = await Promise.allSettled(this.wanted.map((server) => server.stop()));
    await rm(this.holderFile, { force: true });
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private get holderFile(): string {
    return join(this.options.directory, 'run', 'holder.pid');
  }

  /** @throws StackError if another live process holds this folder. What a dead holder left running is ended, PostgreSQL excepted: that is taken over. */
  private async takeHold(): Promise<void> {
    const { directory } = this.options;
    const ours = JSON.stringify({ pid: process.pid, commandLine: await commandLineOf(process.pid) });
    await privateDirectory(join(directory, 'run'));
    if ((await createPrivateFile(this.holderFile, () => ours)) === ours) return;
    const holder = JSON.parse((await readIfThere(this.holderFile)) ?? '{}') as { pid?: number; commandLine?: string };
    if (holder.pid && holder.pid !== process.pid && (await commandLineOf(holder.pid)) === holder.commandLine) {
      throw new StackError(
        `Lockkeeper runs in ${directory} already, as process ${holder.pid}.`,
        `Stop it where it was started, or with:  kill ${holder.pid}`,
      );
    }
    await rm(this.holderFile, { force: true });
    await this.endOrphans();
    await this.takeHold();
  }

  private async endOrphans(): Promise<void> {
    const pidFiles = (await readdir(join(this.options.directory, 'run'))).filter((file) => file.endsWith('.pid'));
    const names = pidFiles.map((file) => file.slice(0, -'.pid'.length));
    const ended = await Promise.all(
      names.map(async (name) => ((await endOrphan(this.options.directory, name)) ? name : null)),
    );
    const found = ended.filter((name) => name !== null);
    if (found.length > 0) this.options.log?.(`ended what the last run left behind: ${found.join(', ')}`);
  }
}
