import { join } from 'node:path';
import { NatsAccounts } from './nats-accounts.js';
import type { UserName } from './nats-permissions.js';
import { NatsServer } from './nats-server.js';
import { provisionStreams } from './nats-streams.js';
import { becomesTrue, freePort } from './ports.js';
import { privateDirectory } from './private-files.js';
import { StackError } from './stack.error.js';

const SIZE = 3;
const LEADER_DEADLINE_MS = 60_000;

/** Three nats-servers on loopback that keep every message thrice: any one of them may go, and come back. */
export class NatsCluster {
  private constructor(
    readonly nodes: readonly NatsServer[],
    private readonly accounts: NatsAccounts,
  ) {}

  /** Afterwards all nodes take connections, and the streams exist with three replicas. @throws StackError */
  static async start(directory: string): Promise<NatsCluster> {
    await privateDirectory(directory);
    const accounts = await NatsAccounts.generate(join(directory, 'accounts'));
    const ports = await Promise.all(Array.from({ length: SIZE }, freePort));
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`);
    const names = ports.map((_port, index) => `lockkeeper-${index + 1}`);
    const folders = await Promise.all(names.map((name) => privateDirectory(join(directory, name))));
    const nodes = names.map(
      (name, index) => new NatsServer(folders[index]!, { name, accounts, cluster: { port: ports[index]!, routes } }),
    );
    const cluster = new NatsCluster(nodes, accounts);
    try {
      await Promise.all(nodes.map((node) => node.start()));
      await cluster.provision();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** All nodes, separated by commas. */
  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  /** Where creds files lie. */
  get home(): string {
    return this.accounts.directory;
  }

  credsFile(user: UserName): string {
    return this.accounts.credsFile(user);
  }

  /** The settings of access-tokens for everything that it needs of NATS. */
  get accessTokensSettings(): Record<string, string> {
    return {
      NATS_URL: this.url,
      ACCESS_TOKENS_NATS_CREDS_FILE: this.credsFile('access-tokens'),
      ...this.accounts.consumersSettings,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** JetStream answers once the nodes have found each other and elected a leader. */
  private async provision(): Promise<void> {
    let trouble: unknown = null;
    const provisioned = (): Promise<boolean> =>
      provisionStreams(this.url, this.credsFile('provisioner'), { replicas: SIZE }).then(
        () => true,
        (error: unknown) => {
          trouble = error;
          return false;
        },
      );
    if (await becomesTrue(provisioned, LEADER_DEADLINE_MS)) return;
    throw new StackError(`The NATS cluster makes no streams: ${String(trouble)}`);
  }
}
