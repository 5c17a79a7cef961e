import { Module } from '@nestjs/common';
import { NatsLink, OutboxRelay } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { measureBacklog } from './outbox.metrics.js';
import { Publications } from './publications.js';

function outboxRelay(dataSource: DataSource, link: NatsLink): OutboxRelay {
  const relay = new OutboxRelay(dataSource, link, { lastPerSubject: true }).start();
  measureBacklog(relay);
  return relay;
}

@Module({
  providers: [{ provide: OutboxRelay, useFactory: outboxRelay, inject: [DataSource, NatsLink] }, Publications],
  exports: [Publications, OutboxRelay],
})
export class PublicationModule {}
