import { randomBytes } from 'node:crypto';
import { chmod, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InstallationSecrets } from './installation-secrets.js';
import { NatsAccounts } from './nats-accounts.js';
import { natsServerConfig } from './nats-config.js';
import { createPrivateFile, privateDirectory, replacePrivateFile } from './private-files.js';
import { scramVerifier } from './scram-verifier.js';
import { type UserIds, giveTo, isRoot } from './unprivileged-user.js';

/** Inside the containers, as docker-compose.yml mounts things. */
const IN_CONTAINER = { natsConfig: '/etc/nats', natsData: '/data', natsPort: 4222, natsMonitoringPort: 8222 };
/** `node` in the official Node images; the files belong to it where we are root ourselves. */
const CONTAINER_USER: UserIds = { uid: 1000, gid: 1000 };

const WORKSPACES = [
  { name: 'credentials', database: 'credentials' },
  { name: 'access-tokens', database: 'access_tokens' },
] as const;

/**
 * Everything that docker-compose.yml needs and that must not have a default: keys, NATS accounts, database passwords. Drawn once, mode 600,
 * in one private folder; made again, it keeps what is there.
 */
export class Deployment {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  /** @returns the file to give to `docker compose --env-file` */
  async generate(): Promise<string> {
    await privateDirectory(this.directory);
    await InstallationSecrets.generate(join(this.directory, 'secrets'));
    for (const workspace of WORKSPACES) await this.database(workspace);
    await this.nats();
    await privateDirectory(join(this.directory, 'spool'));
    const user = containerUser();
    if (isRoot()) await giveTree(user, this.directory);
    return this.environmentFile(user);
  }

  /** One server for each workspace; one role owns its tables, another reads and writes their rows, and neither is a superuser. */
  private async database({ name, database }: (typeof WORKSPACES)[number]): Promise<void> {
    const file = (suffix: string): string => join(this.directory, 'secrets', `${name}-database${suffix}`);
    await createPrivateFile(file('-superuser-password'), drawPassword);
    const password = await this.passwordFile(file('.pgpass'), { host: `${name}-database`, database, role: database });
    const owner = `${database}_owner`;
    const ownerPassword = await this.passwordFile(file('-owner.pgpass'), {
      host: `${name}-database`,
      database,
      role: owner,
    });
    const roles = { [database]: scramVerifier(password), [owner]: scramVerifier(ownerPassword) };
    await createPrivateFile(file('.sql'), () => initialisation(database, owner, roles));
    // Read by the image's own user when the server is first made. It holds no password, and the folder around it is private.
    await chmod(file('.sql'), 0o644);
  }

  /** In the form that libpq and node-postgres read by PGPASSFILE: host:port:database:role:password. @returns the password */
  private async passwordFile(
    file: string,
    { host, database, role }: { host: string; database: string; role: string },
  ): Promise<string> {
    const line = await createPrivateFile(file, () => `${host}:5432:${database}:${role}:${drawPassword()}\n`);
    return line.trim().split(':').at(-1)!;
  }

  private async nats(): Promise<void> {
    const directory = join(this.directory, 'nats');
    const { systemAccount } = await NatsAccounts.generate(directory);
    await privateDirectory(join(directory, 'data'));
    const config = natsServerConfig({
      host: '0.0.0.0',
      port: IN_CONTAINER.natsPort,
      accountsDirectory: IN_CONTAINER.natsConfig,
      dataDirectory: IN_CONTAINER.natsData,
      systemAccount,
      monitoringPort: IN_CONTAINER.natsMonitoringPort,
    });
    await replacePrivateFile(join(directory, 'server', 'nats.conf'), config);
  }

  private async environmentFile({ uid, gid }: UserIds): Promise<string> {
    const file = join(this.directory, 'compose.env');
    await replacePrivateFile(file, `LOCKKEEPER_DEPLOYMENT=${this.directory}\nLOCKKEEPER_USER=${uid}:${gid}\n`);
    return file;
  }
}

const drawPassword = (): string => randomBytes(24).toString('base64url');

function initialisation(database: string, owner: string, verifiers: Record<string, string>): string {
  const roles = Object.entries(verifiers).map(
    ([role, verifier]) => `CREATE ROLE ${role} LOGIN PASSWORD '${verifier}';`,
  );
  return `${roles.join('\n')}
CREATE DATABASE ${database} OWNER ${owner};
REVOKE ALL ON DATABASE ${database}, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${database};
`;
}

/** Whoever owns the files: the containers run as that user, so that nobody else needs to be able to read them. */
function containerUser(): UserIds {
  return isRoot() ? CONTAINER_USER : { uid: process.getuid!(), gid: process.getgid!() };
}

async function giveTree(user: UserIds, directory: string): Promise<void> {
  await giveTo(user, directory);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await giveTo(user, join(entry.parentPath, entry.name));
  }
}
