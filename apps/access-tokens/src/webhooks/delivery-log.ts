import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { metrics } from '@lockkeeper/observability';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import type { AttemptRecord } from './delivery-claims.js';
import { TRIED_FOR_SECONDS } from './retry-schedule.js';
import { WebhookQueue } from './webhook-queue.js';
import { DeliveryNotFound } from './webhooks.errors.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'given_up', 'withheld'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface Delivery {
  id: string;
  messageId: string;
  eventId: string;
  type: string;
  subject: string;
  status: DeliveryStatus;
  attempts: number;
  log: AttemptRecord[];
  /** Of the next attempt, while there is one to come. */
  dueAt: Date;
  createdAt: Date;
  settledAt: Date | null;
}

/** So many of those that are settled are kept for each webhook, the last ones. */
export const KEPT_DELIVERIES = 500;
const PRUNE_EVERY_MS = 60_000;

const COLUMNS = `id, message_id AS "messageId", event_id AS "eventId", type, subject, status, attempts, log, due_at AS "dueAt",
  created_at AS "createdAt", settled_at AS "settledAt"`;

/** What waits for a disabled webhook is given up when it would not be tried any more. */
const EXPIRE = `
  UPDATE webhook_deliveries d SET status = 'given_up', settled_at = now() FROM webhooks w
  WHERE w.id = d.webhook_id AND w.status = 'disabled' AND d.status = 'pending' AND d.expires_at <= now()
    AND (d.leased_until IS NULL OR d.leased_until <= now())`;

const PRUNE = `
  DELETE FROM webhook_deliveries d USING (
    SELECT id, row_number() OVER (PARTITION BY webhook_id ORDER BY id DESC) AS place
    FROM webhook_deliveries WHERE status <> 'pending'
  ) AS ranked WHERE d.id = ranked.id AND ranked.place > ${KEPT_DELIVERIES}`;

/** What became of each delivery, for those who run the endpoint. */
@Injectable()
export class DeliveryLog implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('webhooks');
  private timer: NodeJS.Timeout | undefined;
  private pruning: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: WebhookQueue,
    private readonly audit: AuditLog,
  ) {}

  onApplicationBootstrap(): void {
    measureWaiting(this.dataSource);
    this.timer = setInterval(() => (this.pruning = this.prune()), PRUNE_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.pruning;
  }

  /** Newest first. @param query.before only those older than this id: the next page */
  of(
    webhookId: string,
    { status, before, limit }: { status?: DeliveryStatus | undefined; before?: string | undefined; limit: number },
  ): Promise<Delivery[]> {
    return this.dataSource.query<Delivery[]>(
      `SELECT ${COLUMNS} FROM webhook_deliveries
       WHERE webhook_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [webhookId, status ?? null, before ?? null, limit],
    );
  }

  /**
   * From the beginning, whatever came of it before: at once, and for two days. The message keeps its id, so that a receiver that has it
   * already knows it. @throws DeliveryNotFound
   */
  async redeliver(webhookId: string, deliveryId: string): Promise<Delivery> {
    const delivery = await this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[Delivery[], number]>(
        `UPDATE webhook_deliveries SET status = 'pending', attempts = 0, due_at = now(), settled_at = NULL,
           expires_at = now() + make_interval(secs => ${TRIED_FOR_SECONDS})
         WHERE webhook_id = $1 AND id = $2 AND (leased_until IS NULL OR leased_until <= now()) RETURNING ${COLUMNS}`,
        [webhookId, deliveryId],
      );
      if (!rows[0]) return this.underWay(webhookId, deliveryId);
      const details = { delivery: deliveryId, event: rows[0].eventId };
      await this.audit.append(
        { action: 'webhook.redelivered', objectType: 'webhook', objectId: webhookId, details },
        manager,
      );
      return rows[0];
    });
    this.queue.news.ring();
    return delivery;
  }

  /** One that is being delivered right now needs no other try. @throws DeliveryNotFound */
  private async underWay(webhookId: string, deliveryId: string): Promise<Delivery> {
    const [row] = await this.dataSource.query<Delivery[]>(
      `SELECT ${COLUMNS} FROM webhook_deliveries WHERE webhook_id = $1 AND id = $2`,
      [webhookId, deliveryId],
    );
    if (!row) throw new DeliveryNotFound(deliveryId);
    return row;
  }

  private async prune(): Promise<void> {
    try {
      await this.dataSource.query(EXPIRE);
      await this.dataSource.query(PRUNE);
    } catch (error) {
      this.logger.warn({ event: 'deliveries_not_pruned', err: error });
    }
  }
}

function measureWaiting(dataSource: DataSource): void {
  new Gauge({
    name: 'lockkeeper_webhook_deliveries_pending',
    help: 'Deliveries to webhooks that wait, all replicas together.',
    registers: [metrics],
    async collect() {
      const count = `SELECT count(*)::int AS pending FROM webhook_deliveries WHERE status = 'pending'`;
      const [row] = await dataSource.query<{ pending: number }[]>(count).catch(() => []);
      this.set(row?.pending ?? Number.NaN);
    },
  });
}
