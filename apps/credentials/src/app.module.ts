import { type DynamicModule, Module } from '@nestjs/common';
import { AccessControlModule } from '@lockkeeper/access-control';
import { AuditModule } from '@lockkeeper/audit-chain';
import { DatabaseModule } from '@lockkeeper/database';
import type { NatsLink } from '@lockkeeper/messaging';
import type { DataSource } from 'typeorm';
import { ROLES } from './access/roles.js';
import { ApiServicesModule } from './api-services/api-services.module.js';
import { AuthorizationModule } from './authorization/authorization.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import type { WorkspaceKeys } from './config/workspace-keys.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { healthModule } from './health/health.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { NatsModule } from './publication/nats.module.js';
import { RevocationModule } from './revocation/revocation.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { TicksModule } from './schedule/ticks.module.js';

/** What is ready before Nest starts. */
export interface Ground {
  settings: Settings;
  keys: WorkspaceKeys;
  dataSource: DataSource;
  link: NatsLink;
}

@Module({})
export class AppModule {
  static on({ settings, keys, dataSource, link }: Ground): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.from(settings, keys),
        DatabaseModule.from(dataSource),
        NatsModule.from(link),
        AccessControlModule.with({ prefix: 'lkc_', roles: ROLES, firstAdminKey: keys.firstAdminKey }),
        AuditModule,
        TicksModule,
        ApiServicesModule,
        ConnectionsModule,
        AuthorizationModule,
        RotationModule,
        RevocationModule,
        NoticesModule,
        CommandsModule,
        healthModule(),
      ],
    };
  }
}
