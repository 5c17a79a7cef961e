import { AccessKey } from '@lockkeeper/access-control';
import { AuditEntry } from '@lockkeeper/audit-chain';
import type { PostgresOptions } from '@lockkeeper/database';
import type { Settings } from '../config/settings.js';
import { Init1790000000000 } from './1-init.js';
import { EventDurables1790000000002 } from './2-event-durables.js';
import { ApiCalls1790100000000 } from './3-api-calls.js';
import { NamedTokens1790200000020 } from './4-named-tokens.js';
import { Credentials1790200000032 } from './5-credentials.js';
import { ExposuresAndChanges1790200000040 } from './6-exposures-and-changes.js';
import { EventFacts1790200000050 } from './7-event-facts.js';
import { Webhooks1790200000051 } from './8-webhooks.js';
import { Sessions1790200000080 } from './10-sessions.js';
import { AuditChain1790200000070 } from './9-audit-chain.js';
import { DpopKeys1790200000110 } from './11-dpop-keys.js';
import { Notices1790200000121 } from './12-notices.js';
import { Subjects1790200000122 } from './13-subjects.js';
import { BoundSeals1790200000180 } from './14-bound-seals.js';
import { ExposureTallies1790200000181 } from './15-exposure-tallies.js';
import { AuditChainByStatement1790200000211 } from './16-audit-chain-by-statement.js';

const STATEMENT_DEADLINE_MS = 15_000;

/** Explicit lists, no globs: the same from sources and from the build. */
export const dataSourceOptions = (
  settings: Pick<Settings, 'ACCESS_TOKENS_DATABASE_URL' | 'ACCESS_TOKENS_DATABASE_POOL'>,
): PostgresOptions => ({
  type: 'postgres',
  url: settings.ACCESS_TOKENS_DATABASE_URL,
  poolSize: settings.ACCESS_TOKENS_DATABASE_POOL,
  entities: [AccessKey, AuditEntry],
  migrations: [
    Init1790000000000,
    EventDurables1790000000002,
    ApiCalls1790100000000,
    NamedTokens1790200000020,
    Credentials1790200000032,
    ExposuresAndChanges1790200000040,
    EventFacts1790200000050,
    Webhooks1790200000051,
    AuditChain1790200000070,
    Sessions1790200000080,
    DpopKeys1790200000110,
    Notices1790200000121,
    Subjects1790200000122,
    BoundSeals1790200000180,
    ExposureTallies1790200000181,
    AuditChainByStatement1790200000211,
  ],
  migrationsTableName: 'schema_migrations',
  migrationsTransactionMode: 'each',
  synchronize: false,
  connectTimeoutMS: 5000,
  applicationName: 'lockkeeper-access-tokens',
  extra: { statement_timeout: STATEMENT_DEADLINE_MS, keepAlive: true },
});

/** Every column that holds sealed values. */
export const SEALED_COLUMNS = [
  { table: 'connections', column: 'access_token' },
  { table: 'connections', column: 'named_tokens' },
  { table: 'connections', column: 'credential' },
  { table: 'connections', column: 'dpop_key' },
  { table: 'webhooks', column: 'url' },
  { table: 'webhooks', column: 'secret' },
  { table: 'webhooks', column: 'previous_secret' },
] as const;
