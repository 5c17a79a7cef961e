import { Module } from '@nestjs/common';
import { CommandsModule } from '../commands/commands.module.js';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { TokenReader } from './token-reader.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [IntakeModule, ConsumersModule, CommandsModule],
  controllers: [TokensController],
  providers: [TokenReader],
  exports: [TokenReader],
})
export class AccessTokensModule {}
