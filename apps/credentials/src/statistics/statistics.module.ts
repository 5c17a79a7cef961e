import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsReader } from './statistics.js';

@Module({ imports: [ConnectionsModule], controllers: [StatisticsController], providers: [StatisticsReader] })
export class StatisticsModule {}
