import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { Announcements } from './announcements.js';
import { ForecastController } from './forecast.controller.js';
import { Forecast } from './forecast.js';

@Module({
  imports: [ConnectionsModule, NoticesModule],
  controllers: [ForecastController],
  providers: [Forecast, Announcements],
})
export class ForecastModule {}
