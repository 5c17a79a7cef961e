import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { mayHear } from '../consumers/entitlements.js';
import { HOLDS_UP_ATTEMPTS } from './retry-schedule.js';
import { disable } from './webhooks.js';

/** A delivery that this replica alone works on, until its lease ends. */
export interface ClaimedDelivery {
  id: string;
  lease: string;
  webhookId: string;
  messageId: string;
  payload: string;
  /** Made before this one. */
  attempts: number;
  expiresAt: Date;
  url: string;
  secret: string;
  previousSecret: string | null;
  /** Decided when it was claimed: what was taken away a moment ago counts. */
  entitled: boolean;
}

/** One try, as people may see it. */
export interface AttemptRecord {
  at: string;
  status: number | null;
  /** Why there was no answer, or the beginning of one that was no success. */
  problem: string | null;
  durationMs: number;
}

const KEPT_ATTEMPTS = 20;
const AT_ONCE_PER_WEBHOOK = 4;

/**
 * The oldest of each connection at each webhook, unless it has failed often enough to be passed; of each webhook a few at once. A lease
 * that ended was somebody's who did not come back.
 */
const CLAIM = `
  WITH due AS (
    SELECT d.id, d.webhook_id, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.due_at, d.id)
        + (SELECT count(*) FROM webhook_deliveries busy WHERE busy.webhook_id = d.webhook_id AND busy.status = 'pending' AND busy.leased_until > now()) AS place
    FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id AND w.status = 'enabled'
    WHERE d.status = 'pending' AND d.due_at <= now() AND (d.leased_until IS NULL OR d.leased_until <= now())
      AND NOT EXISTS (SELECT FROM webhook_deliveries earlier
        WHERE earlier.webhook_id = d.webhook_id AND earlier.subject = d.subject AND earlier.status = 'pending'
          AND earlier.id < d.id AND earlier.attempts < ${HOLDS_UP_ATTEMPTS})
  ), chosen AS (
    SELECT d.id FROM webhook_deliveries d JOIN due USING (id)
    WHERE due.place <= ${AT_ONCE_PER_WEBHOOK} AND d.status = 'pending' AND (d.leased_until IS NULL OR d.leased_until <= now())
    ORDER BY d.due_at, d.id LIMIT $1 FOR UPDATE OF d SKIP LOCKED
  )
  UPDATE webhook_deliveries d SET lease = $2, leased_until = now() + make_interval(secs => $3)
  FROM chosen, webhooks w WHERE d.id = chosen.id AND w.id = d.webhook_id
  RETURNING d.id, d.lease, d.webhook_id AS "webhookId", d.message_id AS "messageId", d.payload, d.attempts, d.expires_at AS "expiresAt",
    w.url, w.secret, CASE WHEN w.previous_secret_until > now() THEN w.previous_secret END AS "previousSecret",
    ${mayHear({ consumer: 'w.consumer_id', apiService: 'd.api_service', user: 'd.user_id' })} AS entitled`;

/** Only by whoever holds the lease: who comes back too late changes nothing. */
const SETTLE = `
  UPDATE webhook_deliveries SET status = $3, due_at = coalesce($4, due_at), attempts = attempts + CASE WHEN $5::jsonb IS NULL THEN 0 ELSE 1 END,
    log = CASE WHEN $5::jsonb IS NULL THEN log ELSE jsonb_path_query_array(log || $5::jsonb, '$[last - ${KEPT_ATTEMPTS - 1} to last]') END,
    lease = NULL, leased_until = NULL, settled_at = CASE WHEN $3 = 'pending' THEN NULL ELSE now() END
  WHERE id = $1 AND lease = $2 RETURNING id`;

/** Who works on which delivery, and what came of it: any number of replicas at once, each delivery one replica's. */
@Injectable()
export class DeliveryClaims {
  /** Leases that were asked for and never heard of: the database may have given them while the answer got lost. */
  private readonly unheard = new Set<string>();

  constructor(private readonly dataSource: DataSource) {}

  async claim(most: number, leaseSeconds: number): Promise<ClaimedDelivery[]> {
    await this.giveBackUnheard();
    const lease = randomUUID();
    this.unheard.add(lease);
    const [rows] = await this.dataSource.query<[ClaimedDelivery[], number]>(CLAIM, [most, lease, leaseSeconds]);
    this.unheard.delete(lease);
    return rows;
  }

  /** It arrived; whatever stood against the endpoint is over. */
  async delivered(delivery: ClaimedDelivery, attempt: AttemptRecord): Promise<void> {
    await this.settle(delivery, { status: 'delivered', attempt }, (manager) =>
      manager.query('UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL', [
        delivery.webhookId,
      ]),
    );
  }

  /** Its consumer may not hear of it any more; nothing was sent. */
  async withhold(delivery: ClaimedDelivery): Promise<void> {
    await this.settle(delivery, { status: 'withheld' });
  }

  /** @param dueAt of the next try */
  async retry(delivery: ClaimedDelivery, attempt: AttemptRecord, dueAt: Date): Promise<void> {
    await this.settle(delivery, { status: 'pending', attempt, dueAt }, (manager) => noteFailure(manager, delivery));
  }

  /** The time for it is up. An endpoint that took nothing all that time is not tried any more. */
  async giveUp(delivery: ClaimedDelivery, attempt: AttemptRecord): Promise<void> {
    await this.settle(delivery, { status: 'given_up', attempt }, async (manager) => {
      await noteFailure(manager, delivery);
      const took = await manager.query<unknown[]>(
        `SELECT FROM webhooks w JOIN webhook_deliveries d ON d.id = $2 WHERE w.id = $1 AND w.failing_since <= d.expires_at - interval '47 hours'`,
        [delivery.webhookId, delivery.id],
      );
      const because = `Nothing could be delivered for two days. The last attempt: ${attempt.problem ?? `status ${attempt.status}`}.`;
      if (took.length > 0) await disable(manager, delivery.webhookId, because);
    });
  }

  /** The endpoint says that it is gone for good. */
  async gone(delivery: ClaimedDelivery, attempt: AttemptRecord): Promise<void> {
    await this.settle(delivery, { status: 'given_up', attempt }, async (manager) => {
      await noteFailure(manager, delivery);
      await disable(manager, delivery.webhookId, 'The endpoint answered 410 Gone.');
    });
  }

  /** Nothing was begun under them: what they hold needn't wait for their end. */
  private async giveBackUnheard(): Promise<void> {
    if (this.unheard.size === 0) return;
    const leases = [...this.unheard];
    await this.dataSource.query(
      `UPDATE webhook_deliveries SET lease = NULL, leased_until = NULL WHERE status = 'pending' AND lease = ANY ($1::uuid[])`,
      [leases],
    );
    for (const lease of leases) this.unheard.delete(lease);
  }

  private async settle(
    { id, lease }: ClaimedDelivery,
    outcome: { status: string; attempt?: AttemptRecord; dueAt?: Date },
    besides: (manager: EntityManager) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const { status, attempt, dueAt = null } = outcome;
    await this.dataSource.transaction(async (manager) => {
      const entry = attempt === undefined ? null : JSON.stringify([attempt]);
      const [rows] = await manager.query<[unknown[], number]>(SETTLE, [id, lease, status, dueAt, entry]);
      if (rows.length > 0) await besides(manager);
    });
  }
}

const noteFailure = (manager: EntityManager, { webhookId }: ClaimedDelivery): Promise<unknown> =>
  manager.query('UPDATE webhooks SET failing_since = now() WHERE id = $1 AND failing_since IS NULL', [webhookId]);
