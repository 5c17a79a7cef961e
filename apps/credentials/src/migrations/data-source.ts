import { AccessKey } from '@lockkeeper/access-control';
import { AuditEntry } from '@lockkeeper/audit-chain';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { Connection } from '../connections/connection.entity.js';
import { TimelineEntry } from '../connections/timeline-entry.entity.js';
import { Init1790000000000 } from './1-init.js';
import { ManifestDialects1790000100000 } from './2-manifest-dialects.js';

const STATEMENT_DEADLINE_MS = 15_000;

/** Explicit lists, no globs: the same from sources and from the build. */
export const dataSourceOptions = (settings: Settings): DataSourceOptions => ({
  type: 'postgres',
  url: settings.CREDENTIALS_DATABASE_URL,
  poolSize: settings.CREDENTIALS_DATABASE_POOL,
  entities: [AccessKey, AuditEntry, ApiService, Connection, TimelineEntry],
  migrations: [Init1790000000000, ManifestDialects1790000100000],
  migrationsTableName: 'schema_migrations',
  migrationsTransactionMode: 'each',
  synchronize: false,
  connectTimeoutMS: 5000,
  applicationName: 'lockkeeper-credentials',
  extra: { statement_timeout: STATEMENT_DEADLINE_MS, keepAlive: true },
});

/** Every column that holds sealed values. */
export const SEALED_COLUMNS = [
  { table: 'api_services', column: 'client_secret' },
  { table: 'connections', column: 'access_token' },
  { table: 'connections', column: 'refresh_token' },
  { table: 'connections', column: 'captured' },
  { table: 'connections', column: 'named_tokens' },
  { table: 'authorization_flows', column: 'code_verifier' },
  { table: 'refresh_ledger', column: 'answer' },
  { table: 'revocations', column: 'access_token' },
  { table: 'revocations', column: 'refresh_token' },
  { table: 'revocations', column: 'captured' },
] as const;
