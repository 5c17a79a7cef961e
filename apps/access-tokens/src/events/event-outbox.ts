import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { API_SERVICE_ITSELF, type LockkeeperEvent, eventSubject } from '@lockkeeper/contracts';
import { NatsLink, OutboxRelay, enqueue } from '@lockkeeper/messaging';
import { type HealthCheck, type HealthReport, metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';
import { DataSource, type EntityManager } from 'typeorm';
import { WebhookQueue } from '../webhooks/webhook-queue.js';

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
export class EventOutbox implements OnApplicationBootstrap, OnApplicationShutdown, HealthCheck {
  readonly name = 'outbox';
  private readonly logger = new Logger('events');
  private readonly relay: OutboxRelay;

  constructor(
    dataSource: DataSource,
    private readonly link: NatsLink,
    private readonly webhooks: WebhookQueue,
  ) {
    this.relay = new OutboxRelay(dataSource, link, { lastPerSubject: false });
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  check(): HealthReport {
    return this.relay.check();
  }

  /** In the transaction that makes the fact readable. One connection's events keep their order. */
  async put(manager: EntityManager, events: LockkeeperEvent[]): Promise<void> {
    for (const event of events) {
      await enqueue(manager, {
        orderingKey: event.subject,
        subject: subjectOf(event),
        messageId: event.id,
        payload: JSON.stringify(event),
      });
    }
    // After the lock that `enqueue` takes: what waits for a webhook has the same order.
    await this.webhooks.put(manager, events);
  }

  /** The transaction is committed: relay and webhooks needn't wait for their next look. */
  sendSoon(events: LockkeeperEvent[]): void {
    for (const { type } of events) eventsEmitted.inc({ type });
    if (events.length === 0) return;
    this.relay.nudge();
    this.webhooks.news.ring();
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

const subjectOf = ({ type, subject, data }: LockkeeperEvent): string =>
  eventSubject(data.apiService, data.user === null ? API_SERVICE_ITSELF : subject, type);
