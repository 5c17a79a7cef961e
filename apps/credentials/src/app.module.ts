import { type DynamicModule, Module } from '@nestjs/common';
import { AccessControlModule } from '@lockkeeper/access-control';
import { AuditModule } from '@lockkeeper/audit-chain';
import { DatabaseModule } from '@lockkeeper/database';
import type { NatsLink } from '@lockkeeper/messaging';
import { SignInModule } from '@lockkeeper/sign-in';
import type { DataSource } from 'typeorm';
import { accessSettings } from './access/access.settings.js';
import { ROLES } from './access/roles.js';
import { ApiServicesModule } from './api-services/api-services.module.js';
import { AuthorizationModule } from './authorization/authorization.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import type { WorkspaceKeys } from './config/workspace-keys.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { ForecastModule } from './forecast/forecast.module.js';
import { healthModule } from './health/health.module.js';
import { IssuanceModule } from './issuance/issuance.module.js';
import { NoticeSendingModule } from './notices/notice-sending.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { NatsModule } from './publication/nats.module.js';
import { RevocationModule } from './revocation/revocation.module.js';
import { RevocationOrdersModule } from './revocation-orders/revocation-orders.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { TicksModule } from './schedule/ticks.module.js';
import { SEALED_COLUMNS } from './migrations/data-source.js';

/** What is ready before Nest starts. */
export interface Ground {
  settings: Settings;
  keys: WorkspaceKeys;
  dataSource: DataSource;
  link: NatsLink;
}

const WITHOUT_AUDIT = 'No refresh, consent, revocation or change of a secret begins';

@Module({})
export class AppModule {
  static on({ settings, keys, dataSource, link }: Ground): DynamicModule {
    const { sessions, rates, openid, bearers } = accessSettings(settings);
    return {
      module: AppModule,
      imports: [
        ConfigModule.from(settings, keys),
        DatabaseModule.from(dataSource, { keyRing: keys.keyRing, sealedColumns: SEALED_COLUMNS }),
        NatsModule.from(link),
        AccessControlModule.with({
          prefix: 'lkc_',
          roles: ROLES,
          firstAdminKey: keys.firstAdminKey,
          sessions,
          rates,
        }),
        SignInModule.with({
          openid,
          bearers,
          sessions,
          allowedNetworks: settings.EGRESS_ALLOWED_NETWORKS,
        }),
        AuditModule.of({ workspace: 'credentials', signer: keys.auditSigner, rests: WITHOUT_AUDIT }),
        TicksModule,
        ApiServicesModule,
        ConnectionsModule,
        AuthorizationModule,
        RevocationOrdersModule,
        RotationModule,
        ForecastModule,
        IssuanceModule,
        RevocationModule,
        ImportsModule,
        NoticesModule,
        NoticeSendingModule,
        CommandsModule,
        StatisticsModule,
        healthModule(),
      ],
    };
  }
}
