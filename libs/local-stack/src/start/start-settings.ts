import { join } from 'node:path';
import { PROJECT_ROOT } from '../project-root.js';
import { StackError } from '../stack.error.js';

export const APPS = ['credentials', 'access-tokens', 'sandbox'] as const;
export type AppName = (typeof APPS)[number];

/** The setting that chooses each app's port. */
export const PORT_SETTINGS: Record<AppName, string> = {
  credentials: 'CREDENTIALS_PORT',
  'access-tokens': 'ACCESS_TOKENS_PORT',
  sandbox: 'SANDBOX_PORT',
};

const USUAL_PORTS: Record<AppName, number> = { credentials: 7101, 'access-tokens': 7102, sandbox: 7103 };

/** How `npm start` starts Lockkeeper. */
export interface StartSettings {
  /** Everything that one installation keeps; `.lockkeeper` in the project. */
  directory: string;
  ports: Record<AppName, number>;
  /** Servers to use instead of our own; null: ours. */
  credentialsDatabaseUrl: string | null;
  accessTokensDatabaseUrl: string | null;
  natsUrl: string | null;
  /** Who may make streams on that NATS server. */
  natsProvisionerCredsFile: string | null;
  /** Where the apps' other settings come from. */
  environment: NodeJS.ProcessEnv;
}

/** @throws StackError naming the setting that is wrong */
export function readStartSettings(environment: NodeJS.ProcessEnv): StartSettings {
  const given = (name: string): string | null => environment[name] || null;
  const port = (app: AppName): number => {
    const number = Number(given(PORT_SETTINGS[app]) ?? USUAL_PORTS[app]);
    if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
    throw new StackError(`${PORT_SETTINGS[app]} must be a port number, 1 to 65535.`);
  };
  return {
    directory: given('LOCKKEEPER_DIRECTORY') ?? join(PROJECT_ROOT, '.lockkeeper'),
    ports: { credentials: port('credentials'), 'access-tokens': port('access-tokens'), sandbox: port('sandbox') },
    credentialsDatabaseUrl: given('CREDENTIALS_DATABASE_URL'),
    accessTokensDatabaseUrl: given('ACCESS_TOKENS_DATABASE_URL'),
    natsUrl: given('NATS_URL'),
    natsProvisionerCredsFile: given('NATS_PROVISIONER_CREDS_FILE'),
    environment,
  };
}

export const appUrl = ({ ports }: StartSettings, app: AppName): string => `http://127.0.0.1:${ports[app]}`;
