import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { runAs } from '@lockkeeper/observability';
import { KeyRing } from '@lockkeeper/sealing';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DeliveryClaims, type ClaimedDelivery } from './delivery-claims.js';
import { nextAttemptSeconds } from './retry-schedule.js';
import { type PostOutcome, postWebhook } from './webhook-post.js';
import { WebhookQueue } from './webhook-queue.js';
import { webhookDeliveries } from './webhooks.metrics.js';
import { webhookPlace } from './webhooks.js';

const LOOK_EVERY_MS = 1000;
const MOST_AT_ONCE = 32;
const LEASE_MARGIN_SECONDS = 30;
const LONGEST_PAUSE_MS = 5000;
const WRITTEN_DOWN_AGAIN_MS = 500;

/** Delivers what is due: any number of replicas, each delivery by one of them, each settled before the connection's next. */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('webhooks');
  private readonly underWay = new Set<Promise<void>>();
  private running: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly queue: WebhookQueue,
    private readonly claims: DeliveryClaims,
    private readonly keyRing: KeyRing,
    private readonly egress: Egress,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.running = runAs('webhooks', () => this.run());
  }

  /** What is under way ends by its time-out; what isn't begun is another replica's, or the next start's. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.queue.news.ring();
    await this.running;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        const claimed = await this.claim();
        failures = 0;
        for (const delivery of claimed) this.begin(delivery);
        if (claimed.length === 0) await this.queue.news.sleep(LOOK_EVERY_MS);
      } catch (error) {
        failures += 1;
        this.logger.warn({ event: 'webhooks_not_looked_at', failures, err: error });
        await this.queue.news.sleep(Math.min(LONGEST_PAUSE_MS, LOOK_EVERY_MS * 2 ** failures));
      }
    }
  }

  private claim(): Promise<ClaimedDelivery[]> {
    const room = MOST_AT_ONCE - this.underWay.size;
    return room <= 0 ? Promise.resolve([]) : this.claims.claim(room, this.leaseSeconds);
  }

  private get leaseSeconds(): number {
    return this.settings.ACCESS_TOKENS_WEBHOOK_SECONDS + LEASE_MARGIN_SECONDS;
  }

  private begin(delivery: ClaimedDelivery): void {
    const work = this.deliver(delivery)
      .catch((error: unknown) =>
        // Its lease ends by itself, and it is tried again.
        this.logger.error({ event: 'delivery_not_settled', webhookId: delivery.webhookId, err: error }),
      )
      .finally(() => {
        this.underWay.delete(work);
        this.queue.news.ring();
      });
    this.underWay.add(work);
  }

  private async deliver(delivery: ClaimedDelivery): Promise<void> {
    const leasedUntil = Date.now() + this.leaseSeconds * 1000;
    if (!delivery.entitled) {
      await this.claims.withhold(delivery);
      webhookDeliveries.inc({ outcome: 'withheld' });
      return;
    }
    const outcome = await postWebhook(this.egress, this.messageOf(delivery));
    webhookDeliveries.inc({ outcome: outcome.accepted ? 'delivered' : 'failed' });
    await this.writeDown(() => this.settle(delivery, outcome), leasedUntil);
  }

  /**
   * What came of it is known here alone. Where the database is away it is tried again for as long as the lease holds: else a healthy endpoint
   * would wait for the lease's end, and then hear it twice.
   */
  private async writeDown(settle: () => Promise<void>, leasedUntil: number): Promise<void> {
    for (;;) {
      try {
        return await settle();
      } catch (error) {
        if (this.stopping || Date.now() + WRITTEN_DOWN_AGAIN_MS >= leasedUntil) throw error;
        await delay(WRITTEN_DOWN_AGAIN_MS);
      }
    }
  }

  private messageOf({ webhookId, url, secret, previousSecret, messageId, payload }: ClaimedDelivery) {
    const keys = [this.keyRing.open(secret, webhookPlace(webhookId, 'secret'))];
    if (previousSecret !== null)
      keys.push(this.keyRing.open(previousSecret, webhookPlace(webhookId, 'previous_secret')));
    return { url: this.keyRing.open(url, webhookPlace(webhookId, 'url')), keys, messageId, payload };
  }

  private async settle(delivery: ClaimedDelivery, outcome: PostOutcome): Promise<void> {
    const { accepted, gone, attempt, retryAfterSeconds } = outcome;
    if (accepted) return this.claims.delivered(delivery, attempt);
    const { webhookId, attempts, expiresAt } = delivery;
    this.logger.warn({ event: 'delivery_failed', webhookId, attempt: attempts + 1, status: attempt.status });
    if (gone) return this.claims.gone(delivery, attempt);
    if (expiresAt.getTime() <= Date.now()) return this.claims.giveUp(delivery, attempt);
    const seconds = nextAttemptSeconds(attempts + 1, Math.random(), retryAfterSeconds);
    // The last try is made when the time is up, not long before.
    const dueAt = new Date(Math.min(Date.now() + seconds * 1000, expiresAt.getTime()));
    await this.claims.retry(delivery, attempt, dueAt);
  }
}
