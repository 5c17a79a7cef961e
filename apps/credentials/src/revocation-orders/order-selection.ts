import { Injectable } from '@nestjs/common';
import { LockkeeperError } from '@lockkeeper/doors';
import { DataSource } from 'typeorm';
import { Exposures } from '../revocation/exposures.js';
import { OrderQueue } from './order-queue.js';
import { asksAboutReading, type OrderScope, type RevocationOrder } from './revocation-order.js';

const ASK_AGAIN_SECONDS = 5;

/** Those that hold tokens: the rest has nothing that could be revoked. */
const MEANT = `
  FROM connections c JOIN api_services s ON s.id = c.api_service_id
  WHERE c.status IN ('active', 'refresh_failing') AND c.created_at <= $1
    AND ($2::uuid[] IS NULL OR c.id = ANY($2)) AND ($3::text IS NULL OR (s.slug = $3 AND s.status <> 'retired'))
    AND ($4::text IS NULL OR c.user_id = $4) AND ($5::uuid[] IS NULL OR c.id = ANY($5))`;

/** Finds out which connections an order means. */
@Injectable()
export class OrderSelection {
  constructor(
    private readonly dataSource: DataSource,
    private readonly exposures: Exposures,
    private readonly queue: OrderQueue,
  ) {}

  /** As often as it takes: what was found before stays found. Waits for access-tokens where only it knows. */
  async select(order: RevocationOrder): Promise<void> {
    try {
      for await (const read of this.readBy(order.scope)) await this.keep(order, read);
      await this.queue.selected(order.id);
    } catch (error) {
      if (!(error instanceof LockkeeperError)) throw error;
      const because = `access-tokens can’t be asked who read what: ${error.detail}`;
      await this.queue.selectLater(order.id, ASK_AGAIN_SECONDS, because);
    }
  }

  /** What it would mean now, for a dry run; null where access-tokens can't be asked. */
  async meant(scope: OrderScope): Promise<string[] | null> {
    const found = new Set<string>();
    try {
      for await (const read of this.readBy(scope)) {
        const rows = await this.dataSource.query<{ id: string }[]>(
          `SELECT c.id ${MEANT} ORDER BY c.id`,
          parametersOf(scope, new Date(), read),
        );
        rows.forEach(({ id }) => found.add(id));
      }
      return [...found];
    } catch (error) {
      if (error instanceof LockkeeperError) return null;
      throw error;
    }
  }

  /** Connections page by page; null once, where it doesn't matter who read them. */
  private async *readBy(scope: OrderScope): AsyncGenerator<string[] | null> {
    if (!asksAboutReading(scope)) return yield null;
    const { connections: connectionIds, consumer, since, until } = scope;
    const filter = Object.entries({ connectionIds, consumer, since, until }).filter(([, value]) => value !== undefined);
    for await (const page of this.exposures.pages(Object.fromEntries(filter)))
      yield [...new Set(page.map(({ connectionId }) => connectionId))];
  }

  /** Connections that were made after the order are none of it. */
  private async keep({ id, scope, createdAt }: RevocationOrder, read: string[] | null): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO revocation_order_items (order_id, connection_id) SELECT $6::uuid, c.id ${MEANT} ON CONFLICT DO NOTHING`,
      [...parametersOf(scope, createdAt, read), id],
    );
  }
}

const parametersOf = (
  { connections, apiService, user }: OrderScope,
  before: Date,
  read: string[] | null,
): unknown[] => [before, connections ?? null, apiService ?? null, user ?? null, read];
