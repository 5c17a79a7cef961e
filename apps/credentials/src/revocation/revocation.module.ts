import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { Retirement } from './retirement.js';
import { RevocationController } from './revocation.controller.js';
import { Revocation } from './revocation.js';
import { RevocationSchedule } from './revocation.schedule.js';
import { Revocations } from './revocations.js';
import { Revoker } from './revoker.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, PublicationModule, TokenEndpointModule],
  controllers: [RevocationController],
  providers: [Revocations, Revoker, Revocation, Retirement, RevocationSchedule],
  exports: [Revocations],
})
export class RevocationModule {}
