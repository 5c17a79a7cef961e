import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type LockkeeperEvent, eventSubject } from '@lockkeeper/contracts';
import { NatsLink, OutboxRelay, enqueue } from '@lockkeeper/messaging';
import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';
import { DataSource, type EntityManager } from 'typeorm';

const eventsEmitted = new Counter({
  name: 'lockkeeper_events_total',
  help: 'Events that were put on their way to consumers, by type.',
  labelNames: ['type'],
  registers: [metrics],
});

const LAST_LOOK_MS = 100;
const EMPTY_WITHIN_MS = 3000;

/** Events leave through the database: they are sent if, and only if, the fact that they tell of was committed. */
@Injectable()
export class EventOutbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('events');
  private readonly relay: OutboxRelay;

  constructor(
    dataSource: DataSource,
    private readonly link: NatsLink,
  ) {
    this.relay = new OutboxRelay(dataSource, link, { lastPerSubject: false });
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  /** In the transaction that makes the fact readable. One connection's events keep their order. */
  async put(manager: EntityManager, events: LockkeeperEvent[]): Promise<void> {
    for (const event of events) {
      await enqueue(manager, {
        orderingKey: event.subject,
        subject: eventSubject(event.data.apiService, event.subject, event.type),
        messageId: event.id,
        payload: JSON.stringify(event),
      });
    }
  }

  /** The transaction is committed: the relay needn't wait for its next look. */
  sendSoon(events: LockkeeperEvent[]): void {
    for (const { type } of events) eventsEmitted.inc({ type });
    if (events.length > 0) this.relay.nudge();
  }

  /** Intake has ended by now. What can't be sent in time is sent by another replica, or at the next start. */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.empty(Date.now() + EMPTY_WITHIN_MS);
    } catch (error) {
      this.logger.warn({ event: 'outbox_not_emptied', err: error });
    }
    await this.relay.stop();
  }

  private async empty(deadline: number): Promise<void> {
    while (this.link.state === 'connected' && Date.now() < deadline) {
      if ((await this.relay.backlog()).pending === 0) return;
      this.relay.nudge();
      await pause(LAST_LOOK_MS);
    }
  }
}
