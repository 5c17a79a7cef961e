import { Module } from '@nestjs/common';
import { NatsLink, OutboxRelay } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { GrantSealModule } from '../connections/grant-seal.module.js';
import { ApiServicePublications } from './api-service-publications.js';
import { measureBacklog } from './outbox.metrics.js';
import { Publications } from './publications.js';

function outboxRelay(dataSource: DataSource, link: NatsLink): OutboxRelay {
  const relay = new OutboxRelay(dataSource, link, { lastPerSubject: true }).start();
  measureBacklog(relay);
  return relay;
}

@Module({
  imports: [GrantSealModule],
  providers: [
    { provide: OutboxRelay, useFactory: outboxRelay, inject: [DataSource, NatsLink] },
    Publications,
    ApiServicePublications,
  ],
  exports: [Publications, ApiServicePublications, OutboxRelay],
})
export class PublicationModule {}
