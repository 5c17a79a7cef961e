import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesController } from './notices.controller.js';
import { Notices } from './notices.js';

@Module({ imports: [ConnectionsModule], controllers: [NoticesController], providers: [Notices], exports: [Notices] })
export class NoticesModule {}
