import { Module } from '@nestjs/common';
import { CommandsModule } from '../commands/commands.module.js';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { ExposuresModule } from '../exposures/exposures.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { HotReads } from './hot-reads.js';
import { Moments } from './moments.js';
import { TokenReader } from './token-reader.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [IntakeModule, ConsumersModule, CommandsModule, ExposuresModule],
  controllers: [TokensController],
  providers: [TokenReader, HotReads, Moments],
  exports: [TokenReader],
})
export class AccessTokensModule {}
