import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Publication } from '@lockkeeper/contracts';
import { InstallationSecrets, TemporaryStack, freePort } from '@lockkeeper/local-stack';
import { ApiClient, succeeded } from './api-client.js';
import { AppProcess } from './app-process.js';
import { CredentialsStandIn } from './credentials-stand-in.js';
import { freshDatabases } from './databases.js';
import { eventually } from './eventually.js';

export interface OpenWorkspaceOptions {
  replicas?: 1 | 2;
  env?: Record<string, string>;
  /** A PostgreSQL of its own, which the test may stop and start. */
  ownPostgres?: boolean;
}

export interface Entitlement {
  apiService: string;
  user?: string;
}

/** access-tokens as it runs in earnest, the built app as processes, with a stand-in for credentials on the other side of NATS. */
export class OpenWorkspace {
  readonly replicas: AppProcess[] = [];
  secrets!: InstallationSecrets;
  credentials!: CredentialsStandIn;
  databaseUrl!: string;
  admin!: ApiClient;
  private anyReader: ApiClient | null = null;

  private constructor(
    private readonly directory: string,
    readonly stack: TemporaryStack,
    private readonly options: OpenWorkspaceOptions,
  ) {}

  static async start(options: OpenWorkspaceOptions = {}): Promise<OpenWorkspace> {
    const directory = await mkdtemp(join(tmpdir(), 'lockkeeper-open-'));
    const stack = await TemporaryStack.start({ postgres: options.ownPostgres === true });
    const workspace = new OpenWorkspace(directory, stack, options);
    try {
      await workspace.startAll();
      return workspace;
    } catch (fault) {
      await workspace.stop();
      throw fault;
    }
  }

  get url(): string {
    return this.replicas[0]!.url;
  }

  get logs(): string {
    return this.replicas.map((replica) => replica.text).join('\n');
  }

  /** One more process of this workspace, not started yet: on the same database, unless the changes say otherwise. */
  async replica(name: string, changes: Record<string, string> = {}): Promise<AppProcess> {
    const port = await freePort();
    return new AppProcess(name, `http://127.0.0.1:${port}`, 'apps/access-tokens/dist/bundled/main.js', {
      ...this.secrets.accessTokensSettings,
      ACCESS_TOKENS_DATABASE_URL: this.databaseUrl,
      ACCESS_TOKENS_PORT: String(port),
      ACCESS_TOKENS_PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...this.stack.nats.accessTokensSettings,
      EGRESS_ALLOWED_NETWORKS: '127.0.0.0/8',
      ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS: '6',
      ...this.options.env,
      ...changes,
    });
  }

  /** A new consumer's own client. */
  async consumer(...entitlements: Entitlement[]): Promise<ApiClient> {
    const made = await this.admin.post<{ key: string }>('/v1/consumers', { name: 'a test', entitlements });
    return this.admin.with(succeeded(made).key);
  }

  /** One consumer that may read everything, the same for all. */
  async reader(): Promise<ApiClient> {
    this.anyReader ??= await this.consumer({ apiService: '*' });
    return this.anyReader;
  }

  /** Until the publication was taken in, as the list of tokens shows it. */
  async knows({
    connectionId,
    version,
    status,
  }: Pick<Publication, 'connectionId' | 'version' | 'status'>): Promise<void> {
    await eventually(
      async () => {
        const state = await this.stateOf(connectionId);
        return state?.version === version && state.status === status;
      },
      { what: `${connectionId} is known as ${status} at version ${version}` },
    );
  }

  async stateOf(connectionId: string): Promise<{ version: number; status: string } | undefined> {
    const path = `/v1/tokens?limit=1000`;
    const { items } = succeeded(
      await this.admin.get<{ items: { connectionId: string; version: number; status: string }[] }>(path),
    );
    return items.find((item) => item.connectionId === connectionId);
  }

  async stop(): Promise<void> {
    await this.credentials?.stop();
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.stack.remove();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async startAll(): Promise<void> {
    const [secrets, databases] = await Promise.all([
      InstallationSecrets.generate(join(this.directory, 'secrets')),
      this.options.ownPostgres ? this.stack.postgres.createWorkspaceDatabases() : freshDatabases(),
    ]);
    this.secrets = secrets;
    this.databaseUrl = databases.accessTokensDatabaseUrl;
    for (let number = 1; number <= (this.options.replicas ?? 1); number += 1) {
      this.replicas.push(await this.replica(`access-tokens-${number}`));
    }
    await Promise.all(this.replicas.map((replica) => replica.start()));
    this.admin = new ApiClient(this.url, (await this.secrets.read('accessTokensFirstAdminKey')).trim());
    this.credentials = await CredentialsStandIn.start(this.stack.nats, this.secrets);
  }
}
