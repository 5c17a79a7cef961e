import { Module } from '@nestjs/common';
import { PUBLICATIONS_DURABLE, STREAMS } from '@lockkeeper/contracts';
import { JetStreamServer, NatsLink } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { EventsModule } from '../events/events.module.js';
import { ApiServiceIntake } from './api-service-intake.js';
import { ApiServices } from './api-services.js';
import { Arrivals } from './arrivals.js';
import { ConnectionIntake } from './connection-intake.js';
import { Connections } from './connections.js';
import { HeldNotices } from './held-notices.js';
import { Intake } from './intake.js';
import { IntakeMessages } from './intake.messages.js';
import { OpenedConnections } from './opened-connections.js';
import { isPoison } from './publication-messages.js';
import { Replay } from './replay.js';
import { ReplayPosition } from './replay-position.js';
import { StoredPublications } from './stored-publications.js';

/** The transport is started by `main`, which connects it to the app. */
const transport = (link: NatsLink, dataSource: DataSource): JetStreamServer =>
  new JetStreamServer(link, {
    ...{ stream: STREAMS.publications, durable: PUBLICATIONS_DURABLE, isPoison },
    standsOn: () => dataSource.query('SELECT 1'),
  });

@Module({
  imports: [EventsModule],
  controllers: [IntakeMessages],
  providers: [
    { provide: JetStreamServer, useFactory: transport, inject: [NatsLink, DataSource] },
    Intake,
    ConnectionIntake,
    ApiServiceIntake,
    ApiServices,
    Connections,
    HeldNotices,
    OpenedConnections,
    Arrivals,
    Replay,
    ReplayPosition,
    StoredPublications,
  ],
  exports: [Connections, OpenedConnections, Arrivals, Replay],
})
export class IntakeModule {}
