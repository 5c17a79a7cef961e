import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RevocationOrdersModule } from '../revocation-orders/revocation-orders.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { CommandsMessages } from './commands.messages.js';
import { ExposedTokens } from './exposed-tokens.js';

@Module({
  imports: [ConnectionsModule, RotationModule, RevocationOrdersModule, NoticesModule],
  controllers: [CommandsMessages],
  providers: [ExposedTokens],
})
export class CommandsModule {}
