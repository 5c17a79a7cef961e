import { Module } from '@nestjs/common';
import { CommandClient, NatsLink } from '@lockkeeper/messaging';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ClientTrialsModule } from '../client-trials/client-trials.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { Blasts } from './blast.js';
import { Exposures } from './exposures.js';
import { Receipts } from './receipts.js';
import { Retirement } from './retirement.js';
import { RevocationQueueModule } from './revocation-queue.module.js';
import { RevocationController } from './revocation.controller.js';
import { Revocation } from './revocation.js';
import { RevocationSchedule } from './revocation.schedule.js';
import { Revoker } from './revoker.js';
import { StrayGrants } from './stray-grants.js';

@Module({
  imports: [
    ApiServicesModule,
    ClientTrialsModule,
    ConnectionsModule,
    PublicationModule,
    RevocationQueueModule,
    TokenEndpointModule,
  ],
  controllers: [RevocationController],
  providers: [
    { provide: CommandClient, useFactory: (link: NatsLink) => new CommandClient(link), inject: [NatsLink] },
    Exposures,
    Blasts,
    Receipts,
    StrayGrants,
    Revoker,
    Revocation,
    Retirement,
    RevocationSchedule,
  ],
  exports: [Exposures, Revocation, RevocationQueueModule, StrayGrants],
})
export class RevocationModule {}
