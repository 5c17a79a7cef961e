import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { type HealthCheck, type HealthReport, reached } from '@lockkeeper/observability';
import type { DataSource, EntityManager } from 'typeorm';
import { Alarm } from './alarm.js';
import { reasonOf } from './dead-letters.js';
import { JetStreamPublisher, type Publication } from './jetstream.publisher.js';
import { WrongLastSequence } from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';
import {
  type Backlog,
  type OutboxRow,
  type PublishedRow,
  backlogOf,
  claimOldest,
  removePublished,
  replacePublishedByHeads,
} from './outbox.js';

export interface OutboxRelayOptions {
  /**
   * True where each ordering key is one subject and its stream keeps the last message per subject: then every message is stored only
   * on top of the one before it, so that one that got stuck on its way can't replace a newer one hours later.
   */
  lastPerSubject: boolean;
  /** How often it looks by itself, in milliseconds. */
  intervalMs?: number;
  /** How many keys one pass takes. */
  batchSize?: number;
  publishTimeoutMs?: number;
  /** For so long may everything be refused, by a stream that elects its leader for one, before that is a state to be told. */
  patienceMs?: number;
}

const KEY_REST_MS = 2000;
const LONGEST_BACKOFF_MS = 5000;

/**
 * Carries the outbox to JetStream: at least once, in order within a key, by any number of replicas at once.
 * A row is deleted in the transaction that held it while it was published, so a crash in between publishes it again, under the same message id.
 */
export class OutboxRelay implements BeforeApplicationShutdown, HealthCheck {
  readonly name = 'outbox';
  private readonly logger = new Logger('outbox');
  private readonly publisher: JetStreamPublisher;
  private readonly alarm = new Alarm();
  /** Ends a back-off, which a nudge doesn't: new work is no reason to press a database that is away. */
  private readonly stopped = new Alarm();
  private readonly restingUntil = new Map<string, number>();
  private readonly options: Required<OutboxRelayOptions>;
  private running: Promise<void> | null = null;
  private stopping = false;
  /** Since when each message that was tried was refused. */
  private refusedSince: Date | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly link: NatsLink,
    options: OutboxRelayOptions,
  ) {
    this.publisher = new JetStreamPublisher(link);
    this.options = { intervalMs: 250, batchSize: 128, publishTimeoutMs: 5000, patienceMs: 10_000, ...options };
  }

  start(): this {
    this.link.open();
    this.running ??= this.run();
    return this;
  }

  /** There is something new: call it after the commit. */
  nudge(): void {
    this.alarm.ring();
  }

  /** Finishes the pass it is in. What is left waits for the next start, or another replica. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.alarm.ring();
    this.stopped.ring();
    await this.running;
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** NATS is there, and takes nothing: its being away is another thing, which the link tells. */
  check(): HealthReport {
    const since = this.refusedSince;
    const isOver = since === null || this.link.state !== 'connected';
    if (isOver || Date.now() - since.getTime() < this.options.patienceMs) return { state: 'up' };
    return {
      state: 'degraded',
      detail:
        `Everything that NATS was given since ${since.toISOString()} was refused, and waits in the outbox. The log line publish_failed says why: a stream ` +
        'that is missing (npm run nats:streams), one that is full, or this workspace’s permissions. It goes on by itself.',
    };
  }

  backlog(): Promise<Backlog> {
    return backlogOf(this.dataSource);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        const isMoreLeft = this.link.state === 'connected' && (await this.pass());
        failures = 0;
        if (!isMoreLeft) await this.alarm.sleep(this.options.intervalMs);
      } catch (error) {
        failures += 1;
        this.logger.warn({ event: 'outbox_pass_failed', failures, reason: reasonOf(error) });
        await this.stopped.sleep(Math.min(LONGEST_BACKOFF_MS, this.options.intervalMs * 2 ** failures));
      }
    }
  }

  /** @returns whether there is more to take in hand at once; what is put in from here on nudges */
  private pass(): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const rows = await claimOldest(manager, this.options.batchSize, this.restingKeys());
      const outcomes = await Promise.all(rows.map((row) => this.tryToPublish(manager, row)));
      const published = outcomes.filter((outcome) => outcome !== null);
      if (published.length > 0) reached('after_publish');
      this.note({ tried: rows.length, published: published.length });
      const settle = this.options.lastPerSubject ? replacePublishedByHeads : removePublished;
      const areNextLeft = await settle(manager, published);
      return areNextLeft || rows.length === this.options.batchSize;
    });
  }

  /** A pass that finds nothing to try says something only if nothing rests either. */
  private note({ tried, published }: { tried: number; published: number }): void {
    if (published > 0 || (tried === 0 && this.restingUntil.size === 0)) this.refusedSince = null;
    else if (tried > 0) this.refusedSince ??= new Date();
  }

  /** One message that the stream won't take must not hold up the others': its key rests, in place, for a while. */
  private async tryToPublish(manager: EntityManager, row: OutboxRow): Promise<PublishedRow | null> {
    try {
      const { streamSequence } = await this.publishInOrder(manager, row);
      return { id: row.id, orderingKey: row.orderingKey, streamSequence };
    } catch (error) {
      this.restingUntil.set(row.orderingKey, Date.now() + KEY_REST_MS);
      this.logger.warn({
        event: 'publish_failed',
        subject: row.subject,
        messageId: row.messageId,
        reason: reasonOf(error),
      });
      return null;
    }
  }

  private async publishInOrder(manager: EntityManager, row: OutboxRow): Promise<Publication> {
    if (!this.options.lastPerSubject) return this.publish(row);
    const expected = row.head ?? 0;
    try {
      return await this.publish(row, expected);
    } catch (error) {
      if (!(error instanceof WrongLastSequence)) throw error;
      // Still ours? If the database let go of our lock, somebody else may have published this row and the next: then this throws.
      await manager.query('SELECT FROM outbox WHERE id = $1 FOR UPDATE', [row.id]);
      // It is, so nobody overtook us: the stream or the database was restored, or the subject written to by hand.
      this.logger.warn({ event: 'outbox_head_unknown', subject: row.subject, expected });
      return this.publish(row);
    }
  }

  private publish(row: OutboxRow, expectLastSubjectSequence?: number): Promise<Publication> {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(row.headers)) headers.set(name, value);
    const { messageId, payload, subject } = row;
    const timeoutMs = this.options.publishTimeoutMs;
    return this.publisher.publish(subject, payload, { messageId, expectLastSubjectSequence, timeoutMs, headers });
  }

  private restingKeys(): string[] {
    for (const [key, until] of this.restingUntil) if (until <= Date.now()) this.restingUntil.delete(key);
    return [...this.restingUntil.keys()];
  }
}
