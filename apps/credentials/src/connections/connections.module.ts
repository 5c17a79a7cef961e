import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { ConnectionTest } from './connection-test.js';
import { ConnectionTestController } from './connection-test.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { Connections } from './connections.js';
import { GrantSeal } from './grant-seal.js';
import { Timeline } from './timeline.js';
import { Transitions } from './transitions.js';

@Module({
  imports: [ApiServicesModule, PublicationModule, TokenEndpointModule],
  controllers: [ConnectionsController, ConnectionTestController],
  providers: [Connections, Timeline, Transitions, GrantSeal, ConnectionTest],
  exports: [Connections, Timeline, Transitions, GrantSeal],
})
export class ConnectionsModule {}
