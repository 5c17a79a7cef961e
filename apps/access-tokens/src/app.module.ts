import { type DynamicModule, Module } from '@nestjs/common';
import { AccessControlModule } from '@lockkeeper/access-control';
import { AuditModule } from '@lockkeeper/audit-chain';
import { DatabaseModule } from '@lockkeeper/database';
import type { NatsLink } from '@lockkeeper/messaging';
import type { DataSource } from 'typeorm';
import { STAFF_ROLES } from './access/roles.js';
import { AccessTokensModule } from './access-tokens/access-tokens.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import type { WorkspaceKeys } from './config/workspace-keys.js';
import { ConsumersModule } from './consumers/consumers.module.js';
import { EventStreamModule } from './event-stream/event-stream.module.js';
import { EventsModule } from './events/events.module.js';
import { healthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { NatsUsersModule } from './nats-users/nats-users.module.js';
import { NatsModule } from './intake/nats.module.js';
import { ProxyModule } from './proxy/proxy.module.js';

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
        AccessControlModule.with({ prefix: 'lkt_', roles: STAFF_ROLES, firstAdminKey: keys.firstAdminKey }),
        AuditModule,
        EventsModule,
        IntakeModule,
        ConsumersModule,
        NatsUsersModule,
        EventStreamModule,
        CommandsModule,
        AccessTokensModule,
        ProxyModule,
        healthModule(),
      ],
    };
  }
}
