import { Module } from '@nestjs/common';
import { DurablesModule } from '../durables/durables.module.js';
import { Consumers } from './consumers.js';
import { ConsumersController } from './consumers.controller.js';
import { EntitledConnections } from './entitled-connections.js';
import { Entitlements } from './entitlements.js';

@Module({
  imports: [DurablesModule],
  controllers: [ConsumersController],
  providers: [Consumers, Entitlements, EntitledConnections],
  exports: [EntitledConnections, Consumers],
})
export class ConsumersModule {}
