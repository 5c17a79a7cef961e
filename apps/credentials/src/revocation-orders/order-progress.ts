import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredReceipt } from '../revocation/receipts.js';
import type { ItemState } from './revocation-order.js';

export interface Progress {
  connections: Record<ItemState, number>;
  /** What providers said of the tokens that were handed to revocation since the order. */
  provider: Record<StoredReceipt['state'], number>;
}

export interface SettledItem {
  connectionId: string;
  /** Null, as its user, if the connection is gone. */
  apiService: string | null;
  user: string | null;
  state: ItemState;
  version: number | null;
  detail: string | null;
  attempts: number;
  doneAt: Date | null;
  receipts: (Omit<StoredReceipt, 'createdAt' | 'settledAt' | 'dueAt'> &
    Record<'createdAt' | 'dueAt', string> & { settledAt: string | null })[];
}

/** Receipts that belong to an item: of its connection, since the order, and not of a token that merely grew old. */
const RECEIPTS = `r.connection_id = i.connection_id AND r.created_at >= o.created_at AND r.cause <> 'superseded'`;

/** How far an order is, and what came of it. */
@Injectable()
export class OrderProgress {
  constructor(private readonly dataSource: DataSource) {}

  async of(orderId: string): Promise<Progress> {
    const [items, receipts] = await Promise.all([
      this.dataSource.query<{ state: ItemState; count: number }[]>(
        'SELECT state, count(*)::int AS count FROM revocation_order_items WHERE order_id = $1 GROUP BY state',
        [orderId],
      ),
      this.dataSource.query<{ state: StoredReceipt['state']; count: number }[]>(
        `SELECT r.status AS state, count(*)::int AS count FROM revocation_orders o JOIN revocation_order_items i ON i.order_id = o.id
         JOIN revocations r ON ${RECEIPTS} WHERE o.id = $1 GROUP BY r.status`,
        [orderId],
      ),
    ]);
    const connections: Progress['connections'] = { waiting: 0, reissued: 0, revoked: 0, nothing_left: 0, failed: 0 };
    const provider: Progress['provider'] = { revoke_pending: 0, revoked: 0, not_supported: 0, unproved: 0 };
    for (const { state, count } of items) connections[state] = count;
    for (const { state, count } of receipts) provider[state] = count;
    return { connections, provider };
  }

  /** Ordered by connection; each with its receipts. */
  items(orderId: string, { after, limit }: { after?: string | undefined; limit: number }): Promise<SettledItem[]> {
    return this.dataSource.query(
      `SELECT i.connection_id AS "connectionId", s.slug AS "apiService", c.user_id AS "user", i.state, i.version, i.detail, i.attempts, i.done_at AS "doneAt",
         coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'cause', r.cause, 'version', r.version, 'state', r.status,
           'receipt', r.receipt, 'attempts', r.attempts, 'createdAt', r.created_at, 'settledAt', r.settled_at, 'dueAt', r.due_at)
           ORDER BY r.created_at) FROM revocations r WHERE ${RECEIPTS}), '[]') AS receipts
       FROM revocation_order_items i JOIN revocation_orders o ON o.id = i.order_id
         LEFT JOIN connections c ON c.id = i.connection_id LEFT JOIN api_services s ON s.id = c.api_service_id
       WHERE i.order_id = $1 AND ($2::uuid IS NULL OR i.connection_id > $2) ORDER BY i.connection_id LIMIT $3`,
      [orderId, after ?? null, limit],
    );
  }
}
