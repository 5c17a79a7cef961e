import { Injectable } from '@nestjs/common';
import { ConnectionNotFound } from '../connections/connection.errors.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { Revocation } from '../revocation/revocation.js';
import { OrderQueue } from './order-queue.js';
import { Reissue, survivesAlone } from './reissue.js';
import type { OrderItem, RevocationOrder } from './revocation-order.js';

/** Over about an hour; the provider's part of it, revoking, is tried for longer by the queue of revocations. */
const MAX_ATTEMPTS = 20;
const LONGEST_DELAY_SECONDS = 300;

/** What an order does to one connection. Begun again after a crash, it goes on where it was. */
@Injectable()
export class OrderItems {
  constructor(
    private readonly connections: Connections,
    private readonly queue: OrderQueue,
    private readonly revocation: Revocation,
    private readonly reissue: Reissue,
  ) {}

  async settle(order: RevocationOrder, item: OrderItem): Promise<void> {
    const found = await this.find(item.connectionId);
    if (found === null) return this.done(order, item, 'It was forgotten meanwhile.');
    // What was condemned already is replaced, whatever became of the connection since.
    if (order.reissue && (item.version !== null || (holdsToken(found) && survivesAlone(found))))
      return this.replace(order, item);
    if (!holdsToken(found)) return this.done(order, item, `It holds no token: it is ${found.connection.status}.`);
    await this.end(order, item, 'Ended; its user has to consent anew.');
  }

  private async replace(order: RevocationOrder, item: OrderItem): Promise<void> {
    const { connectionId } = item;
    const version = item.version ?? (await this.reissue.condemn(order.id, connectionId));
    const outcome = await this.reissue.replace(connectionId, version);
    if (outcome.done) {
      const detail = `A token newer than version ${version} was issued; that one was handed to revocation.`;
      return this.queue.settle(order.id, connectionId, { state: 'reissued', detail });
    }
    if (outcome.grantIsDead) return this.end(order, item, `It could not be reissued, and ended: ${outcome.because}`);
    if (item.attempts >= MAX_ATTEMPTS)
      return this.queue.settle(order.id, connectionId, { state: 'failed', detail: outcome.because });
    const seconds = outcome.retryAfterSeconds ?? Math.min(LONGEST_DELAY_SECONDS, 2 ** item.attempts);
    await this.queue.retryLater(order.id, connectionId, { seconds, detail: outcome.because });
  }

  private async end({ id }: RevocationOrder, { connectionId }: OrderItem, detail: string): Promise<void> {
    await this.revocation.revoke(connectionId);
    await this.queue.settle(id, connectionId, { state: 'revoked', detail });
  }

  private done({ id }: RevocationOrder, { connectionId }: OrderItem, detail: string): Promise<void> {
    return this.queue.settle(id, connectionId, { state: 'nothing_left', detail });
  }

  private async find(connectionId: string): Promise<Belonging | null> {
    try {
      return await this.connections.get(connectionId);
    } catch (error) {
      if (error instanceof ConnectionNotFound) return null;
      throw error;
    }
  }
}

const holdsToken = ({ connection: { status } }: Belonging): boolean =>
  status === 'active' || status === 'refresh_failing';
