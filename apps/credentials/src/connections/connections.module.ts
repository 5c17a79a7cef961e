import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { RevocationQueueModule } from '../revocation/revocation-queue.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { ConnectionList } from './connection-list.js';
import { ConnectionTest } from './connection-test.js';
import { ConnectionTestController } from './connection-test.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { Connections } from './connections.js';
import { GrantSealModule } from './grant-seal.module.js';
import { Timeline } from './timeline.js';
import { Transitions } from './transitions.js';

@Module({
  imports: [ApiServicesModule, GrantSealModule, PublicationModule, RevocationQueueModule, TokenEndpointModule],
  controllers: [ConnectionsController, ConnectionTestController],
  providers: [Connections, Timeline, Transitions, ConnectionTest, ConnectionList],
  exports: [Connections, ConnectionList, Timeline, Transitions, GrantSealModule],
})
export class ConnectionsModule {}
