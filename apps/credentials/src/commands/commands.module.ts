import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { CommandsMessages } from './commands.messages.js';

@Module({ imports: [RotationModule, NoticesModule], controllers: [CommandsMessages] })
export class CommandsModule {}
