import { Module } from '@nestjs/common';
import { NatsLink, OutboxRelay } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { Publications } from './publications.js';

const relay = (dataSource: DataSource, link: NatsLink): OutboxRelay =>
  new OutboxRelay(dataSource, link, { lastPerSubject: true }).start();

@Module({
  providers: [{ provide: OutboxRelay, useFactory: relay, inject: [DataSource, NatsLink] }, Publications],
  exports: [Publications, OutboxRelay],
})
export class PublicationModule {}
