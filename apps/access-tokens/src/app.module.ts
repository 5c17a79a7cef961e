import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '@lockkeeper/audit-chain';
import { DatabaseModule } from '@lockkeeper/database';
import type { NatsLink } from '@lockkeeper/messaging';
import type { DataSource } from 'typeorm';
import { accessModules } from './access/access.modules.js';
import { AccessTokensModule } from './access-tokens/access-tokens.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import type { WorkspaceKeys } from './config/workspace-keys.js';
import { ConsumersModule } from './consumers/consumers.module.js';
import { EventStreamModule } from './event-stream/event-stream.module.js';
import { EventsModule } from './events/events.module.js';
import { ExposuresModule } from './exposures/exposures.module.js';
import { healthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { NatsUsersModule } from './nats-users/nats-users.module.js';
import { NatsModule } from './intake/nats.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { QueriesModule } from './queries/queries.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { TokenExchangeModule } from './token-exchange/token-exchange.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { SEALED_COLUMNS } from './migrations/data-source.js';

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
        DatabaseModule.from(dataSource, { keyRing: keys.keyRing, sealedColumns: SEALED_COLUMNS }),
        NatsModule.from(link),
        ChangesModule,
        ...accessModules(settings, keys.firstAdminKey),
        AuditModule.of({
          workspace: 'access-tokens',
          signer: keys.auditSigner,
          rests: 'No token is handed out to who has not read it before, and no consumer or key is made or changed,',
        }),
        EventsModule,
        IntakeModule,
        ConsumersModule,
        NatsUsersModule,
        EventStreamModule,
        CommandsModule,
        AccessTokensModule,
        ExposuresModule,
        NoticesModule,
        TokenExchangeModule,
        ProxyModule,
        WebhooksModule,
        QueriesModule,
        healthModule(),
      ],
    };
  }
}
