import { Module } from '@nestjs/common';
import { NoticeList } from './notice-list.js';
import { NoticesController } from './notices.controller.js';

@Module({ controllers: [NoticesController], providers: [NoticeList] })
export class NoticesModule {}
