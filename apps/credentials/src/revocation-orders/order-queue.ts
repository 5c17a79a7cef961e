import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { currentContext } from '@lockkeeper/observability';
import { DataSource } from 'typeorm';
import type { ItemState, OrderItem, OrderRequest, RevocationOrder } from './revocation-order.js';

const COLUMNS = `id, scope, reissue, per_second AS "perSecond", status, waits_because AS "waitsBecause", requested_by AS "requestedBy",
  request_id AS "requestId", created_at AS "createdAt", finished_at AS "finishedAt"`;

/** Orders and their items in the database: what a killed replica had in hand is taken up again when its lease ends. */
@Injectable()
export class OrderQueue {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /** From the commit on it is carried out, whatever happens to this process. */
  async place({ scope, reissue, perSecond }: OrderRequest): Promise<RevocationOrder> {
    const context = currentContext();
    return this.dataSource.transaction(async (manager) => {
      const [order] = await manager.query<RevocationOrder[]>(
        `INSERT INTO revocation_orders (id, scope, reissue, per_second, status, requested_by, request_id)
         VALUES ($1, $2, $3, $4, 'selecting', $5, $6) RETURNING ${COLUMNS}`,
        [
          ...[randomUUID(), JSON.stringify(scope), reissue, perSecond],
          ...[context?.actor ?? 'system', context?.requestId ?? null],
        ],
      );
      const details = { scope, reissue };
      const record = { objectType: 'revocation_order', objectId: order!.id, details };
      await this.audit.append({ action: 'revocation_order.placed', ...record }, manager);
      return order!;
    });
  }

  async find(id: string): Promise<RevocationOrder | null> {
    const [order] = await this.dataSource.query<RevocationOrder[]>(
      `SELECT ${COLUMNS} FROM revocation_orders WHERE id = $1`,
      [id],
    );
    return order ?? null;
  }

  newest(limit: number): Promise<RevocationOrder[]> {
    return this.dataSource.query(`SELECT ${COLUMNS} FROM revocation_orders ORDER BY created_at DESC, id LIMIT $1`, [
      limit,
    ]);
  }

  /** One order whose connections aren't known yet, for as long as the lease lasts. */
  async claimSelecting(leaseSeconds: number): Promise<RevocationOrder | null> {
    const [rows] = await this.dataSource.query<[RevocationOrder[], number]>(
      `UPDATE revocation_orders SET leased_until = now() + make_interval(secs => $1) WHERE id = (
         SELECT id FROM revocation_orders WHERE status = 'selecting' AND (leased_until IS NULL OR leased_until < now())
         ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ${COLUMNS}`,
      [leaseSeconds],
    );
    return rows[0] ?? null;
  }

  async selected(orderId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocation_orders SET status = 'running', leased_until = NULL, waits_because = NULL WHERE id = $1`,
      [orderId],
    );
  }

  async selectLater(orderId: string, seconds: number, because: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocation_orders SET leased_until = now() + make_interval(secs => $2), waits_because = $3 WHERE id = $1`,
      [orderId, seconds, because],
    );
  }

  running(): Promise<RevocationOrder[]> {
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM revocation_orders WHERE status = 'running' ORDER BY created_at`,
    );
  }

  /** What may be begun now, by the order's pace. One replica at a time counts; the others take the next order. */
  claimItems({ id, perSecond }: RevocationOrder, leaseSeconds: number): Promise<OrderItem[]> {
    return this.dataSource.transaction(async (manager) => {
      const held = await manager.query<unknown[]>(
        `SELECT FROM revocation_orders WHERE id = $1 AND status = 'running' FOR UPDATE SKIP LOCKED`,
        [id],
      );
      if (held.length === 0) return [];
      const [items] = await manager.query<[OrderItem[], number]>(
        `WITH pace AS (SELECT greatest(0, $2 - count(*)) AS free FROM revocation_order_items
           WHERE order_id = $1 AND claimed_at > now() - interval '1 second'),
         due AS (SELECT connection_id FROM revocation_order_items WHERE order_id = $1 AND state = 'waiting' AND due_at <= now()
           AND (leased_until IS NULL OR leased_until < now()) ORDER BY due_at LIMIT (SELECT free FROM pace))
         UPDATE revocation_order_items i SET claimed_at = now(), leased_until = now() + make_interval(secs => $3), attempts = attempts + 1
         FROM due WHERE i.order_id = $1 AND i.connection_id = due.connection_id
         RETURNING i.connection_id AS "connectionId", i.version, i.attempts`,
        [id, perSecond, leaseSeconds],
      );
      return items;
    });
  }

  async settle(
    orderId: string,
    connectionId: string,
    { state, detail }: { state: ItemState; detail: string },
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocation_order_items SET state = $3, detail = $4, done_at = now(), leased_until = NULL
       WHERE order_id = $1 AND connection_id = $2`,
      [orderId, connectionId, state, detail],
    );
  }

  async retryLater(
    orderId: string,
    connectionId: string,
    { seconds, detail }: { seconds: number; detail: string },
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocation_order_items SET due_at = now() + make_interval(secs => $3), detail = $4, leased_until = NULL
       WHERE order_id = $1 AND connection_id = $2`,
      [orderId, connectionId, seconds, detail],
    );
  }

  /** Once nothing of it waits. */
  async finish(orderId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[unknown[], number]>(
        `UPDATE revocation_orders SET status = 'done', finished_at = now() WHERE id = $1 AND status = 'running'
         AND NOT EXISTS (SELECT FROM revocation_order_items WHERE order_id = $1 AND state = 'waiting') RETURNING id`,
        [orderId],
      );
      if (rows.length === 0) return;
      const record = { objectType: 'revocation_order', objectId: orderId };
      await this.audit.append({ action: 'revocation_order.finished', ...record }, manager);
    });
  }
}
