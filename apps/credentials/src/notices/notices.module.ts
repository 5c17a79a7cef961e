import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Mailer } from './mailer.js';
import { NoticeRecords } from './notice-records.js';
import { NoticeSettings } from './notice-settings.js';
import { NoticeSettingsController } from './notice-settings.controller.js';
import { Notices } from './notices.js';
import { NoticesController } from './notices.controller.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule],
  controllers: [NoticesController, NoticeSettingsController],
  providers: [Notices, NoticeSettings, NoticeRecords, Mailer],
  exports: [Notices, NoticeSettings, Mailer],
})
export class NoticesModule {}
