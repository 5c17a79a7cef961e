import { AccessKey } from '@lockkeeper/access-control';
import { AuditEntry } from '@lockkeeper/audit-chain';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { Init1790000000000 } from './1-init.js';
import { EventDurables1790000000002 } from './2-event-durables.js';
import { ApiCalls1790100000000 } from './3-api-calls.js';

const STATEMENT_DEADLINE_MS = 15_000;

/** Explicit lists, no globs: the same from sources and from the build. */
export const dataSourceOptions = (settings: Settings): DataSourceOptions => ({
  type: 'postgres',
  url: settings.ACCESS_TOKENS_DATABASE_URL,
  poolSize: settings.ACCESS_TOKENS_DATABASE_POOL,
  entities: [AccessKey, AuditEntry],
  migrations: [Init1790000000000, EventDurables1790000000002, ApiCalls1790100000000],
  migrationsTableName: 'schema_migrations',
  migrationsTransactionMode: 'each',
  synchronize: false,
  connectTimeoutMS: 5000,
  applicationName: 'lockkeeper-access-tokens',
  extra: { statement_timeout: STATEMENT_DEADLINE_MS, keepAlive: true },
});

/** Every column that holds sealed values. */
export const SEALED_COLUMNS = [{ table: 'connections', column: 'access_token' }] as const;
