import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { LockkeeperError } from '@lockkeeper/doors';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { grantRows } from './database-owner.js';
import { checkKeys, type KeyCheckOptions } from './key-checks.js';
import { SteadyClient } from './steady-client.js';

/** Any number that nobody else in this database uses; the same for all replicas. */
const BOOT_LOCK = 7_100_001;
const CONNECT_DEADLINE_MS = 60_000;
const CONNECT_PAUSE_MS = 500;

const logger = new Logger('database');

export interface DatabaseOptions {
  dataSource: PostgresOptions;
  /**
   * A role that owns the tables: migrations run as it, and the data source's own role gets to read and write rows, nothing more.
   * Left out: it is the data source's own role that migrates, or somebody did before.
   */
  ownerUrl?: string | undefined;
  keys: KeyCheckOptions;
}

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/**
 * Connected, migrated and checked. One replica at a time does it; the others wait, and find it done.
 * A database that isn't there yet is waited for: all of an installation may be starting at once.
 * @throws MigrationsPending, KeyRingUnfit, or what the driver says once it is too late
 */
export async function preparedDatabase({ dataSource: options, ownerUrl, keys }: DatabaseOptions): Promise<DataSource> {
  if (ownerUrl !== undefined) await migrateAsOwner(options, ownerUrl);
  const dataSource = await connected(options, Date.now() + CONNECT_DEADLINE_MS);
  try {
    await underBootLock(dataSource, async () => {
      await migrate(dataSource);
      await dataSource.transaction((manager) => checkKeys(manager, keys));
    });
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** @param options of the workspace's own role, which is granted its rights */
export async function migrateAsOwner(options: PostgresOptions, ownerUrl: string): Promise<void> {
  const role = decodeURIComponent(new URL(options.url!).username);
  const owner = await connected({ ...options, url: ownerUrl, poolSize: 3 }, Date.now() + CONNECT_DEADLINE_MS);
  try {
    await underBootLock(owner, async () => {
      await owner.runMigrations();
      await grantRows(owner, role, options.migrationsTableName!);
    });
  } finally {
    await owner.destroy();
  }
}

/** What is missing is made, by whoever may; a role that may not says what is to be done. */
async function migrate(dataSource: DataSource): Promise<void> {
  const [rights] = await dataSource.query<{ mayCreate: boolean }[]>(
    `SELECT has_schema_privilege('public', 'CREATE') AS "mayCreate"`,
  );
  if (rights!.mayCreate) return void (await dataSource.runMigrations());
  const done = await doneMigrations(dataSource);
  const pending = dataSource.migrations.filter(({ name }) => !done.has(name!)).length;
  if (pending > 0) throw new MigrationsPending(pending);
}

async function doneMigrations(dataSource: DataSource): Promise<Set<string>> {
  const table = dataSource.options.migrationsTableName!;
  const [found] = await dataSource.query<{ found: boolean }[]>('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
  if (!found!.found) return new Set();
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${dataSource.driver.escape(table)}`);
  return new Set(rows.map(({ name }) => name));
}

/** The tables are not those of this version, and this role may not change them. Boot ends here. */
export class MigrationsPending extends LockkeeperError {
  constructor(count: number) {
    super({
      kind: 'internal',
      code: 'migrations_pending',
      title: 'The database has to be migrated first',
      detail: `${count} migrations have not been run, and the workspace’s own role may not change tables.`,
      hint: 'Run dist/migrate.js of this workspace with …_DATABASE_OWNER_URL before its replicas, or give them that setting too.',
    });
  }
}

/** For a program beside the workspace, such as one that changes keys. */
export const connectedDatabase = (options: PostgresOptions): Promise<DataSource> =>
  connected({ ...options, poolSize: 2 }, Date.now() + CONNECT_DEADLINE_MS);

async function connected(options: PostgresOptions, deadline: number): Promise<DataSource> {
  const steady = { ...options, extra: { ...(options.extra as object | undefined), Client: SteadyClient } };
  for (;;) {
    try {
      return await new DataSource(steady).initialize();
    } catch (error) {
      const { code } = error as { code?: string };
      if (!mayPass(code) || Date.now() > deadline) throw error;
      logger.warn({ event: 'database_awaited', reason: code });
      await pause(CONNECT_PAUSE_MS);
    }
  }
}

/** Nobody listens yet, or PostgreSQL is starting up (57P03); a wrong password or a missing database won't mend itself. */
const mayPass = (code: string | undefined): boolean =>
  code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === '57P03';

/** The lock ends with its transaction, whatever happens to this process. */
function underBootLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  return dataSource.transaction(async (session) => {
    await session.query('SET LOCAL statement_timeout = 0'); // another replica's migration may take its time
    await session.query('SELECT pg_advisory_xact_lock($1)', [BOOT_LOCK]);
    await work();
  });
}
