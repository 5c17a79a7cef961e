import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** With owners, each workspace's role reads and writes rows, and another one makes and changes tables; else one role does both. */
export interface WorkspaceDatabases {
  credentialsDatabaseUrl: string;
  credentialsDatabaseOwnerUrl?: string;
  accessTokensDatabaseUrl: string;
  accessTokensDatabaseOwnerUrl?: string;
}

export interface DatabasesOptions {
  /** Keeps several pairs apart in one server: lower-case letters, digits, underscores. */
  suffix?: string;
  owners?: boolean;
  /** The roles' passwords by role; what is missing is drawn and added. */
  passwords?: Record<string, string>;
}

const NAME = /^[a-z0-9_]{0,40}$/;

/**
 * Makes, or finds again, one database per workspace, each with two roles of its own that cannot enter the other's.
 * @param adminUrl a superuser's URL
 */
export async function createWorkspaceDatabases(
  adminUrl: string,
  { suffix = '', owners = false, passwords = {} }: DatabasesOptions = {},
): Promise<WorkspaceDatabases> {
  if (!NAME.test(suffix)) throw new Error(`A database suffix must match ${NAME.source}`);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await closeToPublic(admin);
    const roleUrl = async (database: string, role: string): Promise<string> => {
      const password = (passwords[role] ??= randomBytes(24).toString('base64url'));
      await createRole(admin, role, password);
      return databaseUrl(adminUrl, { database, role, password });
    };
    const make = async (workspace: string): Promise<{ url: string; ownerUrl?: string }> => {
      const name = `${workspace}${suffix}`;
      const owner = owners ? `${name}_owner` : name;
      const urls = { url: await roleUrl(name, name), ...(owners && { ownerUrl: await roleUrl(name, owner) }) };
      await createDatabase({ admin, adminUrl, name, owner });
      return urls;
    };
    const [credentials, accessTokens] = [await make('credentials'), await make('access_tokens')];
    return {
      credentialsDatabaseUrl: credentials.url,
      accessTokensDatabaseUrl: accessTokens.url,
      ...(credentials.ownerUrl && { credentialsDatabaseOwnerUrl: credentials.ownerUrl }),
      ...(accessTokens.ownerUrl && { accessTokensDatabaseOwnerUrl: accessTokens.ownerUrl }),
    };
  } finally {
    await admin.end();
  }
}

/** PostgreSQL refuses the second of two who change the privileges of one database at once: whoever does it for these two takes this advisory lock. */
export const PRIVILEGES_LOCK = 7_100_002;

async function closeToPublic(admin: pg.Client): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [PRIVILEGES_LOCK]);
  await admin.query('REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC');
  await admin.query('SELECT pg_advisory_unlock($1)', [PRIVILEGES_LOCK]);
}

interface Creation {
  admin: pg.Client;
  adminUrl: string;
  /** Of the database and its workspace's role. */
  name: string;
  owner: string;
}

/** Names and passwords are ours and of a closed alphabet: DDL takes no parameters. */
async function createDatabase({ admin, adminUrl, name, owner }: Creation): Promise<void> {
  const { rows } = await admin.query<{ owner: string }>(
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [name],
  );
  if (rows.length === 0) await admin.query(`CREATE DATABASE "${name}" OWNER "${owner}"`);
  else if (rows[0]!.owner !== owner) await handOver(adminUrl, name, owner);
  await admin.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE "${name}" TO "${name}"`);
}

async function createRole(admin: pg.Client, name: string, password: string): Promise<void> {
  const role = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  await admin.query(`${role.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE "${name}" LOGIN PASSWORD '${password}'`);
}

/** An installation from before there were owners: the workspace's role made the tables, and loses them. */
async function handOver(adminUrl: string, name: string, owner: string): Promise<void> {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const inside = new pg.Client({ connectionString: url.href });
  await inside.connect();
  try {
    await inside.query(`REASSIGN OWNED BY "${name}" TO "${owner}"`);
  } finally {
    await inside.end();
  }
}

function databaseUrl(
  adminUrl: string,
  { database, role, password }: { database: string; role: string; password: string },
): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
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
