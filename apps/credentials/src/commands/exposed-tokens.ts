import { Injectable } from '@nestjs/common';
import type { ExposureReply } from '@lockkeeper/contracts';
import { AuditLog } from '@lockkeeper/audit-chain';
import { Connections } from '../connections/connections.js';
import { tokensSince } from '../revocation-orders/reissue.js';
import { RevocationOrders } from '../revocation-orders/revocation-orders.js';

/** What consumers report about tokens that others may have. */
@Injectable()
export class ExposedTokens {
  constructor(
    private readonly connections: Connections,
    private readonly orders: RevocationOrders,
    private readonly audit: AuditLog,
  ) {}

  /** Places an order; the new token, or the connection's end, is published like any other. @throws ConnectionNotFound */
  async report(connectionId: string, exposed: number): Promise<ExposureReply> {
    const { connection } = await this.connections.get(connectionId);
    const { status, version } = connection;
    // One version counts all tokens: that there is a newer one may be another token's doing.
    const isOver = tokensSince(connection, exposed).length === 0 || status === 'revoked';
    const orderId = isOver ? null : (await this.orders.exposed(connectionId)).id;
    await this.audit.append({
      action: 'token.reported_exposed',
      objectType: 'connection',
      objectId: connectionId,
      details: { version: exposed, orderId },
    });
    return { connectionId, status, version, orderId };
  }
}
