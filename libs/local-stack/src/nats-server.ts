import { join } from 'node:path';
import { NatsAccounts } from './nats-accounts.js';
import { natsServerBinary } from './nats-binary.js';
import { type NatsClusterConfig, natsServerConfig } from './nats-config.js';
import type { UserName } from './nats-permissions.js';
import { provisionStreams } from './nats-streams.js';
import { becomesTrue, freePort, greeting, samePortIfFree } from './ports.js';
import { createPrivateFile, privateDirectory, replacePrivateFile } from './private-files.js';
import { StackError } from './stack.error.js';
import { type ExitReport, SupervisedProcess, endOrphan } from './supervised-process.js';

const START_DEADLINE_MS = 60_000;
const PORT_ATTEMPTS = 3;

/** A server's place in a cluster: whoever made that made its accounts too, and makes its streams. */
export interface ClusterPlace {
  name: string;
  accounts: NatsAccounts;
  cluster: NatsClusterConfig;
}

/** A private nats-server on loopback in operator mode, its JetStream files under `<directory>/nats`. Keeps its port from start to start. */
export class NatsServer {
  private process: SupervisedProcess | null = null;
  private accounts: NatsAccounts | null = null;
  private chosenPort = 0;

  /** @param directory private to us; pid file and log go to its `run` and `logs` */
  constructor(
    private readonly directory: string,
    private readonly place: ClusterPlace | null = null,
  ) {}

  /** Afterwards it takes connections, and unless it is one of a cluster its streams exist. @throws StackError with the last lines of its log */
  async start(): Promise<void> {
    if (this.process?.running) return;
    const binary = await natsServerBinary();
    this.accounts = this.place?.accounts ?? (await NatsAccounts.generate(this.home));
    // Whatever an earlier, killed parent left would hold the port and lock the store.
    await endOrphan(this.directory, 'nats-server');
    await this.launch(binary, PORT_ATTEMPTS);
    if (!this.place) await provisionStreams(this.url, this.credsFile('provisioner'));
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  get port(): number {
    return this.chosenPort;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.chosenPort}`;
  }

  /** Resolves when this run of the server ends; null while none was started. */
  get exited(): Promise<ExitReport> | null {
    return this.process?.exited ?? null;
  }

  /** The file that a service connects with; mode 600. */
  credsFile(user: UserName): string {
    return this.ofAccounts.credsFile(user);
  }

  /** The settings of access-tokens for everything that it needs of NATS. */
  get accessTokensSettings(): Record<string, string> {
    return {
      NATS_URL: this.url,
      ACCESS_TOKENS_NATS_CREDS_FILE: this.credsFile('access-tokens'),
      ...this.ofAccounts.consumersSettings,
    };
  }

  /** Where keys and creds files lie. */
  get home(): string {
    return join(this.directory, 'nats');
  }

  private get ofAccounts(): NatsAccounts {
    if (!this.accounts) throw new StackError('nats-server has not been started.');
    return this.accounts;
  }

  private async launch(binary: string, attempts: number): Promise<void> {
    await this.choosePort();
    const config = await this.writeConfig();
    const { directory } = this;
    this.process = await SupervisedProcess.start({
      name: 'nats-server',
      command: binary,
      args: ['-c', config],
      directory,
    });
    if (await this.becomesReady(this.process)) return;
    const { lastLogLines } = await this.process.stop();
    const taken = lastLogLines.some((line) => line.includes('address already in use'));
    if (taken && attempts > 1) return this.launch(binary, attempts - 1);
    throw new StackError(`nats-server does not start:\n${lastLogLines.join('\n')}`, `Its log: ${this.process.logFile}`);
  }

  /** It greets once JetStream has read its files back. */
  private async becomesReady(server: SupervisedProcess): Promise<boolean> {
    const greets = async (): Promise<boolean> =>
      !server.running || (await greeting(this.chosenPort))?.startsWith('INFO ') === true;
    return (await becomesTrue(greets, START_DEADLINE_MS)) && server.running;
  }

  private async choosePort(): Promise<void> {
    const file = join(this.home, 'port');
    const remembered = Number(await createPrivateFile(file, async () => String(await freePort())));
    this.chosenPort = await samePortIfFree(remembered);
    if (this.chosenPort !== remembered) await replacePrivateFile(file, String(this.chosenPort));
  }

  private async writeConfig(): Promise<string> {
    const { directory, systemAccount } = this.ofAccounts;
    const accountsDirectory = join(directory, 'server');
    const file = join(accountsDirectory, this.place ? `${this.place.name}.conf` : 'nats.conf');
    const dataDirectory = await privateDirectory(join(this.home, 'data'));
    const place = this.place && { serverName: this.place.name, cluster: this.place.cluster };
    const config = { host: '127.0.0.1', port: this.chosenPort, accountsDirectory, dataDirectory, systemAccount };
    await replacePrivateFile(file, natsServerConfig({ ...config, ...place }));
    return file;
  }
}
