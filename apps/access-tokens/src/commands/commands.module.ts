import { Module } from '@nestjs/common';
import { CommandClient, NatsLink } from '@lockkeeper/messaging';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { CommandsController } from './commands.controller.js';
import { ConsumerCommands } from './consumer-commands.js';
import { CredentialsCommands } from './credentials-commands.js';
import { Refreshes } from './refreshes.js';
import { TokenReports } from './token-reports.js';

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
    TokenReports,
  ],
  exports: [Refreshes],
})
export class CommandsModule {}
