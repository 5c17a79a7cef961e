import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { checkKeys, type KeyCheckOptions } from './key-checks.js';

/** Any number that nobody else in this database uses; the same for all replicas. */
const BOOT_LOCK = 7_100_001;
const CONNECT_DEADLINE_MS = 60_000;
const CONNECT_PAUSE_MS = 500;

const logger = new Logger('database');

/**
 * Connected, migrated and checked. One replica at a time does it; the others wait, and find it done.
 * A database that isn't there yet is waited for: all of an installation may be starting at once.
 * @throws KeyRingUnfit, or what the driver says once it is too late
 */
export async function preparedDatabase(options: DataSourceOptions, keys: KeyCheckOptions): Promise<DataSource> {
  const dataSource = await connected(options, Date.now() + CONNECT_DEADLINE_MS);
  try {
    await underBootLock(dataSource, async () => {
      await dataSource.runMigrations();
      await dataSource.transaction((manager) => checkKeys(manager, keys));
    });
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function connected(options: DataSourceOptions, deadline: number): Promise<DataSource> {
  for (;;) {
    try {
      return await new DataSource(options).initialize();
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
