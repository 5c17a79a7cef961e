import { join } from 'node:path';
import type { InstallationSecrets } from '../installation-secrets.js';
import type { NatsServer } from '../nats-server.js';
import type { WorkspaceDatabases } from '../postgres-databases.js';
import { type AppName, PORT_SETTINGS, type StartSettings, appUrl } from './start-settings.js';

/** What the apps are connected with, ours or somebody else's. */
export interface Servers {
  databases: WorkspaceDatabases;
  natsUrl: string;
  /** Null where the NATS server is somebody else's: then the apps' own settings name their creds files, if any. */
  nats: NatsServer | null;
}

export interface InstallationParts {
  settings: StartSettings;
  secrets: InstallationSecrets;
}

/** Of the surrounding environment, each app gets what concerns it, so that neither sees the other's database or keys. */
const PASSED_ON: Record<AppName, RegExp> = {
  credentials: /^(CREDENTIALS_|EGRESS_|ACCESS_TOKENS_PUBLIC_KEYS_FILE$)/,
  'access-tokens': /^(ACCESS_TOKENS_|EGRESS_|CREDENTIALS_PUBLIC_KEYS_FILE$)/,
  sandbox: /^SANDBOX_/,
};
/** Local mode: the sandbox may be called, by plain http. */
const LOOPBACK = '127.0.0.0/8,::1/128';
const PASSED_TO_ALL = /^(PATH|TZ|LOG_LEVEL|NODE_EXTRA_CA_CERTS|PGPASSFILE|PGSSL\w*)$/;

/** What is set outside wins over what is usual here. */
export function credentialsEnvironment({ settings, secrets }: InstallationParts, servers: Servers): NodeJS.ProcessEnv {
  return {
    ...secrets.credentialsSettings,
    CREDENTIALS_DATABASE_URL: servers.databases.credentialsDatabaseUrl,
    CREDENTIALS_DATABASE_OWNER_URL: servers.databases.credentialsDatabaseOwnerUrl,
    CREDENTIALS_PUBLIC_URL: appUrl(settings, 'credentials'),
    CREDENTIALS_SPOOL_DIR: join(settings.directory, 'spool'),
    CREDENTIALS_SANDBOX_URL: appUrl(settings, 'sandbox'),
    ...(servers.nats && { CREDENTIALS_NATS_CREDS_FILE: servers.nats.credsFile('credentials') }),
    EGRESS_ALLOWED_NETWORKS: LOOPBACK,
    ...passedOn('credentials', settings),
    NATS_URL: servers.natsUrl,
  };
}

export function accessTokensEnvironment({ settings, secrets }: InstallationParts, servers: Servers): NodeJS.ProcessEnv {
  return {
    ...secrets.accessTokensSettings,
    ACCESS_TOKENS_DATABASE_URL: servers.databases.accessTokensDatabaseUrl,
    ACCESS_TOKENS_DATABASE_OWNER_URL: servers.databases.accessTokensDatabaseOwnerUrl,
    ACCESS_TOKENS_PUBLIC_URL: appUrl(settings, 'access-tokens'),
    EGRESS_ALLOWED_NETWORKS: LOOPBACK,
    ...servers.nats?.accessTokensSettings,
    ...passedOn('access-tokens', settings),
    NATS_URL: servers.natsUrl,
  };
}

export function sandboxEnvironment(settings: StartSettings, clientSecret: string): NodeJS.ProcessEnv {
  const { port } = new URL(appUrl(settings, 'credentials'));
  return {
    SANDBOX_CLIENT_SECRET: clientSecret,
    SANDBOX_STATE_FILE: join(settings.directory, 'sandbox-state.json'),
    SANDBOX_REDIRECT_ORIGINS: `http://127.0.0.1:${port},http://localhost:${port}`,
    ...passedOn('sandbox', settings),
  };
}

function passedOn(app: AppName, { environment, ports }: StartSettings): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => PASSED_ON[app].test(name) || PASSED_TO_ALL.test(name));
  return { NODE_ENV: 'production', ...Object.fromEntries(own), [PORT_SETTINGS[app]]: String(ports[app]) };
}
