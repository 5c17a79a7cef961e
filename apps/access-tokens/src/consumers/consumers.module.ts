import { Module } from '@nestjs/common';
import { DurablesModule } from '../durables/durables.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { Consumers } from './consumers.js';
import { ConsumersController } from './consumers.controller.js';
import { ConsumersOfIssuer } from './consumers-of-issuer.js';
import { EntitledConnections } from './entitled-connections.js';
import { Entitlements } from './entitlements.js';
import { KnownConsumers } from './known-consumers.js';

@Module({
  imports: [DurablesModule, IntakeModule],
  controllers: [ConsumersController],
  providers: [Consumers, ConsumersOfIssuer, Entitlements, EntitledConnections, KnownConsumers],
  exports: [EntitledConnections, Consumers, ConsumersOfIssuer, KnownConsumers],
})
export class ConsumersModule {}
