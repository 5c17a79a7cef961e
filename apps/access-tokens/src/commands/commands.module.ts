import { Module } from '@nestjs/common';
import { CommandClient, NatsLink } from '@lockkeeper/messaging';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { CommandsController } from './commands.controller.js';
import { ConsumerCommands } from './consumer-commands.js';
import { CredentialsCommands } from './credentials-commands.js';
import { Refreshes } from './refreshes.js';

@Module({
  imports: [IntakeModule, ConsumersModule],
  controllers: [CommandsController],
  providers: [
    {
      provide: CommandClient,
      useFactory: (link: NatsLink): CommandClient => new CommandClient(link),
      inject: [NatsLink],
    },
    CredentialsCommands,
    Refreshes,
    ConsumerCommands,
  ],
  exports: [Refreshes],
})
export class CommandsModule {}
