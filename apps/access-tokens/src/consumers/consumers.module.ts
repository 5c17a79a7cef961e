import { Module } from '@nestjs/common';
import { Consumers } from './consumers.js';
import { ConsumersController } from './consumers.controller.js';
import { EntitledConnections } from './entitled-connections.js';
import { Entitlements } from './entitlements.js';

@Module({
  controllers: [ConsumersController],
  providers: [Consumers, Entitlements, EntitledConnections],
  exports: [EntitledConnections],
})
export class ConsumersModule {}
