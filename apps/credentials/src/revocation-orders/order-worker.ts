import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { newRequestContext, runInContext } from '@lockkeeper/observability';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Ticks } from '../schedule/ticks.js';
import { OrderItems } from './order-items.js';
import { OrderQueue } from './order-queue.js';
import { OrderSelection } from './order-selection.js';
import type { OrderItem, RevocationOrder } from './revocation-order.js';

const ROUND_MS = 250;

/** Carries orders out, in any number of replicas, at the pace that each order names. */
@Injectable()
export class OrderWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger('revocation-orders');

  constructor(
    private readonly ticks: Ticks,
    private readonly queue: OrderQueue,
    private readonly selection: OrderSelection,
    private readonly items: OrderItems,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'revocation-orders', everyMs: ROUND_MS, work: () => this.work() });
  }

  async work(): Promise<void> {
    const leaseSeconds = this.settings.CREDENTIALS_LEASE_SECONDS;
    const selecting = await this.queue.claimSelecting(leaseSeconds);
    if (selecting) await this.selection.select(selecting);
    for (const order of await this.queue.running()) {
      const claimed = await this.queue.claimItems(order, leaseSeconds);
      await Promise.all(claimed.map((item) => this.settle(order, item)));
      if (claimed.length === 0) await this.queue.finish(order.id);
    }
  }

  /** In the name of whoever placed the order. One connection's trouble is no other one's. */
  private async settle(order: RevocationOrder, item: OrderItem): Promise<void> {
    const { requestedBy: actor, requestId } = order;
    const context = newRequestContext({ actor, ...(requestId !== null && { requestId }) });
    try {
      await runInContext(context, () => this.items.settle(order, item));
    } catch (error) {
      this.logger.error({ event: 'order_item_failed', orderId: order.id, connectionId: item.connectionId, err: error });
    }
  }
}
