import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ClientTrialsModule } from '../client-trials/client-trials.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { Asking } from './asking.js';
import { AnswerSafe } from './answer-safe.js';
import { AnswerSpool } from './answer-spool.js';
import { Claims } from './claims.js';
import { FencedSettlement } from './fenced-settlement.js';
import { LedgerSchedule } from './ledger.schedule.js';
import { Leases } from './leases.js';
import { ProviderPace } from './provider-pace.js';
import { ProviderStanding } from './provider-standing.js';
import { RefreshLedger } from './refresh-ledger.js';
import { Refresher } from './refresher.js';
import { Replay } from './replay.js';
import { NamedSettlement } from './named-settlement.js';
import { Renewal } from './renewal.js';
import { RotationController } from './rotation.controller.js';
import { Rotation } from './rotation.js';
import { Scheduler } from './scheduler.js';
import { Settlement } from './settlement.js';
import { SpoolHealth } from './spool.health.js';

@Module({
  imports: [
    ApiServicesModule,
    ClientTrialsModule,
    ConnectionsModule,
    NoticesModule,
    RevocationModule,
    TokenEndpointModule,
  ],
  controllers: [RotationController],
  providers: [
    Leases,
    RefreshLedger,
    AnswerSpool,
    AnswerSafe,
    ProviderPace,
    ProviderStanding,
    FencedSettlement,
    Settlement,
    NamedSettlement,
    Asking,
    Renewal,
    Refresher,
    Rotation,
    Replay,
    Claims,
    Scheduler,
    LedgerSchedule,
    SpoolHealth,
  ],
  exports: [Rotation, SpoolHealth],
})
export class RotationModule {}
