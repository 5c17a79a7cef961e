import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  InstallationSecrets,
  NatsCluster,
  type NatsServer,
  TemporaryStack,
  type WorkspaceDatabases,
  freePort,
} from '@lockkeeper/local-stack';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { SandboxSettings } from '../../apps/sandbox/src/settings.js';
import { ApiClient } from './api-client.js';
import { AppProcess } from './app-process.js';
import { freshDatabases } from './databases.js';
import { EventListener } from './event-listener.js';

/** No token is refreshed by itself in the middle of a story that isn't about that. */
const HOUR_SECONDS = 3600;

export interface SystemOptions {
  credentialsReplicas?: 1 | 2 | 4;
  /** None where a test is about credentials alone. */
  accessTokensReplicas?: 0 | 1 | 2;
  /** Settings of single replicas, by name, over all others: `credentials-2`. */
  envOf?: Record<string, Record<string, string>>;
  /** Changed settings of the sandbox. */
  sandbox?: Partial<SandboxSettings>;
  /** Settings for both apps, over the usual ones. */
  env?: Record<string, string>;
  /** Three nats-servers instead of one, with streams that are kept on all of them. */
  natsCluster?: boolean;
  /** A PostgreSQL of its own, which the test may stop and start, instead of the one that all tests share; `durable`: its commits wait for the disk. */
  ownPostgres?: boolean | 'durable';
}

/**
 * The whole of Lockkeeper as it runs in earnest: the built apps as processes, a nats-server in operator mode, PostgreSQL, and the
 * sandbox. Everything on free ports and in a folder of its own, so that several can run at once.
 */
export class System {
  readonly credentials: AppProcess[] = [];
  readonly accessTokens: AppProcess[] = [];
  /** With the first admin's key of credentials. */
  admin!: ApiClient;
  /** With the first admin's key of access-tokens. */
  tokensAdmin!: ApiClient;
  keys!: { credentialsAdmin: string; accessTokensAdmin: string };
  sandbox!: Sandbox;
  databases!: WorkspaceDatabases;
  secrets!: InstallationSecrets;
  /** With `natsCluster`. */
  cluster: NatsCluster | null = null;
  private readonly listeners: EventListener[] = [];

  private constructor(
    private readonly options: SystemOptions,
    /** For secrets and spools; removed with everything else. */
    readonly directory: string,
    readonly stack: TemporaryStack,
  ) {}

  static async start(options: SystemOptions = {}): Promise<System> {
    const directory = await mkdtemp(join(tmpdir(), 'lockkeeper-system-'));
    const stack = await TemporaryStack.start({
      postgres: Boolean(options.ownPostgres),
      durable: options.ownPostgres === 'durable',
      nats: options.natsCluster !== true,
    });
    const system = new System(options, directory, stack);
    try {
      await system.startAll();
      return system;
    } catch (fault) {
      await system.stop();
      throw fault;
    }
  }

  /** `credentials-1`, `access-tokens-2` and so on. */
  replica(name: string): AppProcess {
    const found = this.processes.find((process) => process.name === name);
    if (!found) throw new Error(`No replica ${name}: ${this.processes.map((process) => process.name).join(', ')}`);
    return found;
  }

  get processes(): AppProcess[] {
    return [...this.credentials, ...this.accessTokens];
  }

  get credentialsUrl(): string {
    return this.credentials[0]!.url;
  }

  get accessTokensUrl(): string {
    return this.accessTokens[0]!.url;
  }

  get nats(): NatsServer | NatsCluster {
    return this.cluster ?? this.stack.nats;
  }

  /** Everything that all processes printed. */
  get logs(): string {
    return this.processes.map((process) => process.text).join('\n');
  }

  async listenTo(apiService: string): Promise<EventListener> {
    const { url: natsUrl, home: accountsDirectory } = this.nats;
    const listener = await EventListener.start({ natsUrl, accountsDirectory, apiService });
    this.listeners.push(listener);
    return listener;
  }

  /** Ends a replica as a crash would, or as the signal says. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.replica(name).stop(signal);
  }

  async stop(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.stop()));
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.sandbox?.stop();
    await this.cluster?.stop();
    await this.stack.remove();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async startAll(): Promise<void> {
    const { credentialsReplicas = 1, accessTokensReplicas = 1 } = this.options;
    const ports = await Promise.all(Array.from({ length: credentialsReplicas + accessTokensReplicas }, freePort));
    const [credentialsPorts, accessTokensPorts] = [
      ports.slice(0, credentialsReplicas),
      ports.slice(credentialsReplicas),
    ];
    [this.secrets, this.databases, this.cluster, this.sandbox] = await Promise.all([
      InstallationSecrets.generate(join(this.directory, 'secrets')),
      this.options.ownPostgres
        ? this.stack.postgres.createWorkspaceDatabases({ owners: true })
        : freshDatabases({ owners: true }),
      this.options.natsCluster ? NatsCluster.start(join(this.directory, 'nats-cluster')) : null,
      startSandbox({
        redirectOrigins: [`http://127.0.0.1:${credentialsPorts[0]}`],
        accessTokenSeconds: HOUR_SECONDS,
        ...this.options.sandbox,
      }),
    ]);
    for (const [index, port] of credentialsPorts.entries()) {
      this.credentials.push(await this.credentialsReplica(index + 1, port, credentialsPorts[0]!));
    }
    for (const [index, port] of accessTokensPorts.entries()) {
      this.accessTokens.push(this.accessTokensReplica(index + 1, port));
    }
    await Promise.all(this.processes.map((process) => process.start()));
    this.keys = {
      credentialsAdmin: (await this.secrets.read('credentialsFirstAdminKey')).trim(),
      accessTokensAdmin: (await this.secrets.read('accessTokensFirstAdminKey')).trim(),
    };
    this.admin = new ApiClient(this.credentialsUrl, this.keys.credentialsAdmin);
    if (accessTokensReplicas > 0) this.tokensAdmin = new ApiClient(this.accessTokensUrl, this.keys.accessTokensAdmin);
  }

  private async credentialsReplica(number: number, port: number, publicPort: number): Promise<AppProcess> {
    const name = `credentials-${number}`;
    const spool = join(this.directory, `${name}-spool`);
    await mkdir(spool, { mode: 0o700 });
    return new AppProcess(name, `http://127.0.0.1:${port}`, 'apps/credentials/dist/bundled/main.js', {
      ...this.secrets.credentialsSettings,
      CREDENTIALS_DATABASE_URL: this.databases.credentialsDatabaseUrl,
      CREDENTIALS_DATABASE_OWNER_URL: this.databases.credentialsDatabaseOwnerUrl!,
      CREDENTIALS_PORT: String(port),
      CREDENTIALS_PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
      CREDENTIALS_SPOOL_DIR: spool,
      CREDENTIALS_NATS_CREDS_FILE: this.nats.credsFile('credentials'),
      CREDENTIALS_SANDBOX_URL: this.sandbox.url,
      CREDENTIALS_SCHEDULER_INTERVAL_MS: '100',
      EGRESS_ALLOWED_NETWORKS: '127.0.0.0/8',
      NATS_URL: this.nats.url,
      ...this.options.env,
    });
  }

  private accessTokensReplica(number: number, port: number): AppProcess {
    return new AppProcess(
      `access-tokens-${number}`,
      `http://127.0.0.1:${port}`,
      'apps/access-tokens/dist/bundled/main.js',
      {
        ...this.secrets.accessTokensSettings,
        ACCESS_TOKENS_DATABASE_URL: this.databases.accessTokensDatabaseUrl,
        ACCESS_TOKENS_DATABASE_OWNER_URL: this.databases.accessTokensDatabaseOwnerUrl!,
        ACCESS_TOKENS_PORT: String(port),
        ...this.nats.accessTokensSettings,
        ACCESS_TOKENS_PUBLIC_URL: `http://127.0.0.1:${port}`,
        EGRESS_ALLOWED_NETWORKS: '127.0.0.0/8',
        ...this.options.env,
      },
    );
  }
}
