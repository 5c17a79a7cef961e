import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface WorkspaceDatabases {
  credentialsDatabaseUrl: string;
  accessTokensDatabaseUrl: string;
}

const NAME = /^[a-z0-9_]{0,40}$/;

/**
 * Makes, or finds again, one database per workspace, each owned by a role of its own that cannot enter the other's.
 * @param adminUrl a superuser's URL
 * @param suffix keeps several pairs apart in one server: lower-case letters, digits, underscores
 * @param passwords the roles' passwords by role; what is missing is drawn and added
 */
export async function createWorkspaceDatabases(
  adminUrl: string,
  suffix = '',
  passwords: Record<string, string> = {},
): Promise<WorkspaceDatabases> {
  if (!NAME.test(suffix)) throw new Error(`A database suffix must match ${NAME.source}`);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC');
    const make = async (workspace: string): Promise<string> => {
      const name = `${workspace}${suffix}`;
      const password = (passwords[name] ??= randomBytes(24).toString('base64url'));
      await createDatabase(admin, name, password);
      return databaseUrl(adminUrl, name, password);
    };
    return { credentialsDatabaseUrl: await make('credentials'), accessTokensDatabaseUrl: await make('access_tokens') };
  } finally {
    await admin.end();
  }
}

/** Names and passwords are ours and of a closed alphabet: DDL takes no parameters. */
async function createDatabase(admin: pg.Client, name: string, password: string): Promise<void> {
  const role = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = role.rowCount === 0 ? 'CREATE' : 'ALTER';
  await admin.query(`${verb} ROLE "${name}" LOGIN PASSWORD '${password}'`);
  const database = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (database.rowCount === 0) await admin.query(`CREATE DATABASE "${name}" OWNER "${name}"`);
  await admin.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
}

function databaseUrl(adminUrl: string, name: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.href;
}

/** @returns null if it answers, else why it doesn't */
export async function whyNotAnswering(adminUrl: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // it is told by the query below
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => undefined); // it never was connected
  }
}
