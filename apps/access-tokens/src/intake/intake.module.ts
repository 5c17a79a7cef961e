import { Module } from '@nestjs/common';
import { PUBLICATIONS_DURABLE, STREAMS } from '@lockkeeper/contracts';
import { JetStreamServer, NatsLink } from '@lockkeeper/messaging';
import { EventsModule } from '../events/events.module.js';
import { Arrivals } from './arrivals.js';
import { Connections } from './connections.js';
import { Intake } from './intake.js';
import { IntakeMessages } from './intake.messages.js';
import { isPoison } from './publication-messages.js';
import { Replay } from './replay.js';
import { ReplayPosition } from './replay-position.js';
import { StoredPublications } from './stored-publications.js';

/** The transport is started by `main`, which connects it to the app. */
const transport = (link: NatsLink): JetStreamServer =>
  new JetStreamServer(link, { stream: STREAMS.publications, durable: PUBLICATIONS_DURABLE, isPoison });

@Module({
  imports: [EventsModule],
  controllers: [IntakeMessages],
  providers: [
    { provide: JetStreamServer, useFactory: transport, inject: [NatsLink] },
    Intake,
    Connections,
    Arrivals,
    Replay,
    ReplayPosition,
    StoredPublications,
  ],
  exports: [Connections, Arrivals, Replay],
})
export class IntakeModule {}
