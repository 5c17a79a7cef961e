import { AccessKey } from '@lockkeeper/access-control';
import { AuditEntry } from '@lockkeeper/audit-chain';
import type { PostgresOptions } from '@lockkeeper/database';
import type { Settings } from '../config/settings.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { Connection } from '../connections/connection.entity.js';
import { DiscoveredIssuer } from '../discovery/discovered-issuer.entity.js';
import { TimelineEntry } from '../connections/timeline-entry.entity.js';
import { Init1790000000000 } from './1-init.js';
import { ManifestDialects1790000100000 } from './2-manifest-dialects.js';
import { ClientKeys1790200000010 } from './3-client-keys.js';
import { Grants1790200000020 } from './4-grants.js';
import { DeviceAuthorizations1790200000021 } from './5-device-authorizations.js';
import { NamedTokens1790200000022 } from './6-named-tokens.js';
import { BoundLinks1790200000030 } from './7-bound-links.js';
import { FilledIn1790200000031 } from './8-filled-in.js';
import { ToldFlows1790200000033 } from './9-told-flows.js';
import { EventFacts1790200000050 } from './10-event-facts.js';
import { Notices1790200000052 } from './11-notices.js';
import { Sessions1790200000080 } from './16-sessions.js';
import { RefreshOrder1790200000060 } from './12-refresh-order.js';
import { Forecast1790200000061 } from './13-forecast.js';
import { AuditChain1790200000070 } from './14-audit-chain.js';
import { RevocationOrders1790200000071 } from './15-revocation-orders.js';
import { ConnectionList1790200000081 } from './17-connection-list.js';
import { DiscoveredIssuers1790200000100 } from './18-discovered-issuers.js';
import { DpopKeys1790200000110 } from './19-dpop-keys.js';
import { StagedSecrets1790200000111 } from './20-staged-secrets.js';
import { PublishedNotices1790200000120 } from './21-published-notices.js';
import { AuditProbe1790200000130 } from './22-audit-probe.js';
import { RoomForUpdates1790200000140 } from './23-room-for-updates.js';
import { ServiceSecrets1790200000160 } from './24-service-secrets.js';
import { ForgottenRefreshes1790200000170 } from './25-forgotten-refreshes.js';
import { BoundSeals1790200000180 } from './26-bound-seals.js';
import { OneIndexLess1790200000190 } from './27-one-index-less.js';
import { LapsedTokens1790200000200 } from './28-lapsed-tokens.js';
import { AuditChainByStatement1790200000210 } from './29-audit-chain-by-statement.js';

const STATEMENT_DEADLINE_MS = 15_000;

/** Explicit lists, no globs: the same from sources and from the build. */
export const dataSourceOptions = (
  settings: Pick<Settings, 'CREDENTIALS_DATABASE_URL' | 'CREDENTIALS_DATABASE_POOL'>,
): PostgresOptions => ({
  type: 'postgres',
  url: settings.CREDENTIALS_DATABASE_URL,
  poolSize: settings.CREDENTIALS_DATABASE_POOL,
  entities: [AccessKey, AuditEntry, ApiService, Connection, DiscoveredIssuer, TimelineEntry],
  migrations: [
    Init1790000000000,
    ManifestDialects1790000100000,
    ClientKeys1790200000010,
    Grants1790200000020,
    DeviceAuthorizations1790200000021,
    NamedTokens1790200000022,
    BoundLinks1790200000030,
    FilledIn1790200000031,
    ToldFlows1790200000033,
    EventFacts1790200000050,
    Notices1790200000052,
    RefreshOrder1790200000060,
    Forecast1790200000061,
    AuditChain1790200000070,
    RevocationOrders1790200000071,
    Sessions1790200000080,
    ConnectionList1790200000081,
    DiscoveredIssuers1790200000100,
    DpopKeys1790200000110,
    StagedSecrets1790200000111,
    PublishedNotices1790200000120,
    AuditProbe1790200000130,
    RoomForUpdates1790200000140,
    ServiceSecrets1790200000160,
    ForgottenRefreshes1790200000170,
    BoundSeals1790200000180,
    OneIndexLess1790200000190,
    LapsedTokens1790200000200,
    AuditChainByStatement1790200000210,
  ],
  migrationsTableName: 'schema_migrations',
  migrationsTransactionMode: 'each',
  synchronize: false,
  connectTimeoutMS: 5000,
  applicationName: 'lockkeeper-credentials',
  // Pipeline: statements that don't wait for one another's answers are sent one behind the other, also within a transaction.
  extra: { statement_timeout: STATEMENT_DEADLINE_MS, keepAlive: true, pipeline: true },
});

/** Every column that holds sealed values. */
export const SEALED_COLUMNS = [
  { table: 'api_services', column: 'client_secret' },
  { table: 'api_services', column: 'staged_secret' },
  { table: 'api_services', column: 'former_secret' },
  { table: 'api_services', column: 'service_secrets' },
  { table: 'api_services', column: 'assertion_key' },
  { table: 'api_services', column: 'client_certificate' },
  { table: 'api_services', column: 'client_keys' },
  { table: 'connections', column: 'access_token' },
  { table: 'connections', column: 'refresh_token' },
  { table: 'connections', column: 'captured' },
  { table: 'connections', column: 'named_tokens' },
  { table: 'connections', column: 'field_secrets' },
  { table: 'connections', column: 'dpop_key' },
  { table: 'device_authorizations', column: 'device_code' },
  { table: 'device_authorizations', column: 'dpop_key' },
  { table: 'authorization_flows', column: 'code_verifier' },
  { table: 'authorization_flows', column: 'dpop_key' },
  { table: 'refresh_ledger', column: 'answer' },
  { table: 'revocations', column: 'access_token' },
  { table: 'revocations', column: 'refresh_token' },
  { table: 'revocations', column: 'captured' },
  { table: 'revocations', column: 'dpop_key' },
  { table: 'notice_settings', column: 'webhook_url', key: 'api_service_id' },
  { table: 'notice_settings', column: 'webhook_secret', key: 'api_service_id' },
] as const;
