import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallationSecrets } from '../installation-secrets.js';
import { LocalStack } from '../local-stack.js';
import { provisionStreams } from '../nats-streams.js';
import { isPortFree } from '../ports.js';
import { createPrivateFile, privateDirectory, replacePrivateFile } from '../private-files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { StackError } from '../stack.error.js';
import { type ExitReport, SupervisedProcess } from '../supervised-process.js';
import {
  type InstallationParts,
  type Servers,
  accessTokensEnvironment,
  credentialsEnvironment,
  sandboxEnvironment,
} from './app-environment.js';
import { untilReady } from './readiness.js';
import { APPS, type AppName, PORT_SETTINGS, type StartSettings, appUrl } from './start-settings.js';

/** What `.lockkeeper/runtime.json` tells programs about the Lockkeeper that runs. Stable: scripts lean on it. */
export interface Runtime {
  credentialsUrl: string;
  accessTokensUrl: string;
  sandboxUrl: string;
  natsUrl: string;
  keys: { credentialsAdmin: string; accessTokensAdmin: string };
}

const WATCH_MS = 1000;

/** A whole Lockkeeper on this machine: its servers, both workspaces and the sandbox, as `npm start` runs it. */
export class LocalInstallation {
  private readonly stack: LocalStack;
  private readonly apps: SupervisedProcess[] = [];
  private watch: NodeJS.Timeout | null = null;
  private starting: Promise<Runtime> | null = null;
  private stopping = false;

  constructor(
    private readonly settings: StartSettings,
    private readonly log: (line: string) => void,
  ) {
    const { directory, credentialsDatabaseUrl, accessTokensDatabaseUrl, natsUrl } = settings;
    const postgres = credentialsDatabaseUrl === null || accessTokensDatabaseUrl === null;
    this.stack = new LocalStack({ directory, postgres, nats: natsUrl === null, log });
  }

  /** Resolves when all of it answers. @throws StackError; what was started by then is stopped by `stop()` */
  start(): Promise<Runtime> {
    this.starting ??= this.startAll();
    return this.starting;
  }

  /** What ends first without having been asked to. */
  firstDeath(): Promise<ExitReport> {
    const ends = this.apps.map((app) => app.exited);
    if (this.stack.nats.exited) ends.push(this.stack.nats.exited);
    if (this.ownPostgres) ends.push(this.postgresEnd());
    return Promise.race(ends);
  }

  /** In order: the apps first, which finish what they are at, then the servers that they finish it with. Also in the middle of starting. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.watch) clearInterval(this.watch);
    await this.stopApps();
    await this.starting?.catch(() => undefined); // whoever started it was told
    await this.stopApps();
    if (this.stack.holds) await rm(this.runtimeFile, { force: true });
    await this.stack.stop();
  }

  private async stopApps(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
  }

  private async startAll(): Promise<Runtime> {
    const { directory } = this.settings;
    await privateDirectory(directory);
    const [secrets, servers] = await Promise.all([
      InstallationSecrets.generate(join(directory, 'secrets')),
      this.startServers(),
    ]);
    await this.startWorkspaces({ settings: this.settings, secrets }, servers);
    await this.untilAllReady();
    return this.writeRuntime(secrets, servers.natsUrl);
  }

  private async startServers(): Promise<Servers> {
    const { natsUrl, natsProvisionerCredsFile } = this.settings;
    // Only once the folder is held is it clear whether the ports are taken by somebody else or by what we left behind.
    await this.stack.start(() => this.startSandbox());
    if (natsUrl !== null) await provision(natsUrl, natsProvisionerCredsFile ?? undefined);
    const { nats } = this.stack;
    return {
      databases: await this.databases(),
      natsUrl: natsUrl ?? nats.url,
      nats: natsUrl === null ? nats : null,
    };
  }

  private async databases(): Promise<Servers['databases']> {
    const { credentialsDatabaseUrl, accessTokensDatabaseUrl } = this.settings;
    const own = this.ownPostgres ? await this.stack.postgres.createWorkspaceDatabases({ owners: true }) : null;
    return {
      ...(credentialsDatabaseUrl === null
        ? pick(own!, 'credentialsDatabaseUrl', 'credentialsDatabaseOwnerUrl')
        : { credentialsDatabaseUrl }),
      ...(accessTokensDatabaseUrl === null
        ? pick(own!, 'accessTokensDatabaseUrl', 'accessTokensDatabaseOwnerUrl')
        : { accessTokensDatabaseUrl }),
    };
  }

  private get ownPostgres(): boolean {
    return this.settings.credentialsDatabaseUrl === null || this.settings.accessTokensDatabaseUrl === null;
  }

  /** It needs none of the servers, so it starts beside them. */
  private async startSandbox(): Promise<void> {
    await this.requireFreePorts();
    const secretFile = join(this.settings.directory, 'secrets', 'sandbox-client-secret');
    const clientSecret = await createPrivateFile(secretFile, () => randomBytes(24).toString('base64url'));
    await this.startApp('sandbox', sandboxEnvironment(this.settings, clientSecret.trim()));
  }

  private async startWorkspaces(parts: InstallationParts, servers: Servers): Promise<void> {
    await privateDirectory(join(this.settings.directory, 'spool'));
    await this.startApp('credentials', credentialsEnvironment(parts, servers));
    await this.startApp('access-tokens', accessTokensEnvironment(parts, servers));
  }

  private async startApp(name: AppName, env: NodeJS.ProcessEnv): Promise<void> {
    if (this.stopping) throw new StackError('Stopped before everything was started.');
    const program = join(PROJECT_ROOT, 'apps', name, 'dist', 'bundled', 'main.js');
    const { directory } = this.settings;
    const args = ['--enable-source-maps', program];
    // The second start finds what the first one compiled; in a folder that is ours alone, since whoever writes there decides what runs.
    const cached = { NODE_COMPILE_CACHE: join(directory, 'compiled'), ...env };
    this.apps.push(await SupervisedProcess.start({ name, command: process.execPath, args, env: cached, directory }));
  }

  private async untilAllReady(): Promise<void> {
    const paths: Record<AppName, string> = {
      credentials: '/health/ready',
      'access-tokens': '/health/ready',
      sandbox: '/.well-known/openid-configuration',
    };
    const ready = this.apps.map((app) => {
      const name = app.description.name as AppName;
      return untilReady(app, appUrl(this.settings, name) + paths[name]);
    });
    await Promise.all(ready);
  }

  private async requireFreePorts(): Promise<void> {
    for (const app of APPS) {
      const port = this.settings.ports[app];
      if (await isPortFree(port)) continue;
      throw new StackError(
        `Port ${port}, which ${app} wants, is taken by another program.`,
        `Stop that program, or choose another port:  ${PORT_SETTINGS[app]}=<port> npm start`,
      );
    }
  }

  private async writeRuntime(secrets: InstallationSecrets, natsUrl: string): Promise<Runtime> {
    const runtime: Runtime = {
      credentialsUrl: appUrl(this.settings, 'credentials'),
      accessTokensUrl: appUrl(this.settings, 'access-tokens'),
      sandboxUrl: appUrl(this.settings, 'sandbox'),
      natsUrl,
      keys: {
        credentialsAdmin: (await secrets.read('credentialsFirstAdminKey')).trim(),
        accessTokensAdmin: (await secrets.read('accessTokensFirstAdminKey')).trim(),
      },
    };
    await replacePrivateFile(this.runtimeFile, `${JSON.stringify(runtime, null, 2)}\n`);
    return runtime;
  }

  private get runtimeFile(): string {
    return join(this.settings.directory, 'runtime.json');
  }

  /** PostgreSQL is nobody's child, so nobody is told of its end: it has to be asked for. */
  private postgresEnd(): Promise<ExitReport> {
    return new Promise((resolve) => {
      this.watch = setInterval(async () => {
        if ((await this.stack.postgres.pid()) !== null) return;
        const { lastLogLines } = this.stack.postgres;
        resolve({ name: 'PostgreSQL', code: null, signal: null, wanted: false, lastLogLines });
      }, WATCH_MS);
    });
  }
}

const pick = <T, K extends keyof T>(from: T, ...keys: K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;

async function provision(natsUrl: string, credsFile: string | undefined): Promise<void> {
  try {
    await provisionStreams(natsUrl, credsFile);
  } catch (cause) {
    throw new StackError(
      `The streams could not be made at NATS_URL: ${(cause as Error).message}`,
      'The server needs JetStream (nats-server -js). If it asks who we are, set NATS_PROVISIONER_CREDS_FILE.',
      { cause },
    );
  }
}
