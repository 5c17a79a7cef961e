import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { AnswerSafe } from './answer-safe.js';
import { AnswerSpool } from './answer-spool.js';
import { RefreshLedger } from './refresh-ledger.js';
import { Refresher } from './refresher.js';
import { RotationController } from './rotation.controller.js';
import { Rotation } from './rotation.js';
import { Scheduler } from './scheduler.js';
import { Settlement } from './settlement.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, NoticesModule, RevocationModule, TokenEndpointModule],
  controllers: [RotationController],
  providers: [RefreshLedger, AnswerSpool, AnswerSafe, Settlement, Refresher, Rotation, Scheduler],
  exports: [Rotation],
})
export class RotationModule {}
