import { NatsServer } from './nats-server.js';
import { PostgresServer } from './postgres-server.js';
import { privateDirectory } from './private-files.js';
import { endOrphans, letGo, takeHold } from './stack-holder.js';

export interface LocalStackOptions {
  /** Private to this stack (made with mode 700): state, logs, pid files, NATS data, and PostgreSQL's data unless we are root. */
  directory: string;
  /** False where a server of somebody else's is used instead. */
  postgres?: boolean;
  nats?: boolean;
  /** Where PostgreSQL's data lie instead of the usual place. */
  postgresDataDirectory?: string;
  postgresSettings?: Record<string, string>;
  /** Hears, in a few words, what was found and mended. */
  log?: (line: string) => void;
}

/**
 * The real servers that Lockkeeper needs, private to one folder: started, recovered after whatever happened to the last run, and stopped.
 * One process may hold a folder at a time.
 */
export class LocalStack {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  private held = false;

  constructor(private readonly options: LocalStackOptions) {
    const { directory, postgresDataDirectory: dataDirectory, postgresSettings: settings, log } = options;
    this.postgres = new PostgresServer({ directory, dataDirectory, settings, log });
    this.nats = new NatsServer(directory);
  }

  get directory(): string {
    return this.options.directory;
  }

  /**
   * Ready when it resolves. If one of the servers can't be started, the other is stopped again.
   * @param beside further work to be done meanwhile, once the folder is ours and what a dead holder left in it is ended
   * @throws StackError
   */
  async start(beside: () => Promise<void> = async () => undefined): Promise<this> {
    const { directory, log } = this.options;
    await privateDirectory(directory);
    const abandoned = await takeHold(directory);
    this.held = true;
    if (abandoned) {
      const ended = await endOrphans(directory);
      if (ended.length > 0) log?.(`ended what the last run left behind: ${ended.join(', ')}`);
    }
    try {
      await allSettled([...this.wanted.map((server) => server.start()), beside()]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this;
  }

  /** Leaves no process behind. The data stay. Does nothing to a folder that somebody else holds. */
  async stop(): Promise<void> {
    if (!this.held) return;
    await allSettled(this.wanted.map((server) => server.stop()));
    await letGo(this.directory);
    this.held = false;
  }

  /** True from taking the folder to having stopped. */
  get holds(): boolean {
    return this.held;
  }

  /** For a folder whose holder died: ends everything that still runs in it, and starts nothing. */
  async endLeftovers(): Promise<void> {
    await endOrphans(this.directory);
    await this.postgres.stop('immediate');
  }

  private get wanted(): (PostgresServer | NatsServer)[] {
    const servers: (PostgresServer | NatsServer)[] = [];
    if (this.options.postgres !== false) servers.push(this.postgres);
    if (this.options.nats !== false) servers.push(this.nats);
    return servers;
  }
}

/** Waits for all of them, also when one fails, then throws the first failure. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
