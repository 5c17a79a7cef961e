import { Module } from '@nestjs/common';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { DurablesModule } from '../durables/durables.module.js';
import { NatsUsers } from './nats-users.js';
import { NatsUsersController } from './nats-users.controller.js';

@Module({
  imports: [ConsumersModule, DurablesModule],
  controllers: [NatsUsersController],
  providers: [NatsUsers],
})
export class NatsUsersModule {}
