import { Injectable } from '@nestjs/common';
import type { ExposureFact } from '@lockkeeper/contracts';
import { DataSource, In } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { Connection } from '../connections/connection.entity.js';
import type { Belonging } from '../connections/connections.js';
import { Exposures } from '../revocation/exposures.js';
import { OrderQueue } from './order-queue.js';
import { OrderSelection } from './order-selection.js';
import { survivesAlone } from './reissue.js';
import type { OrderRequest, RevocationOrder } from './revocation-order.js';
import { OrderNotFound } from './revocation-order.errors.js';

export interface RehearsedConnection extends Belonging {
  would: 'reissue' | 'revoke';
}

/** What an order would do now. */
export interface Rehearsal {
  /** Null: which connections are meant could not be checked. */
  total: number | null;
  connections: RehearsedConnection[];
  /** Null: who read their tokens could not be checked. */
  consumers: ExposureFact[] | null;
}

const SHOWN = 500;
/** One report is one connection: as fast as it gets. */
const AT_ONCE = 20;

/** The panic button: many connections at once, durably, at a bearable pace. */
@Injectable()
export class RevocationOrders {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly queue: OrderQueue,
    private readonly selection: OrderSelection,
    private readonly exposures: Exposures,
  ) {}

  place(request: OrderRequest): Promise<RevocationOrder> {
    return this.queue.place(request);
  }

  /** A token of one connection is known to be in the wrong hands: revoked, and reissued where its grant survives that. */
  exposed(connectionId: string): Promise<RevocationOrder> {
    return this.queue.place({ scope: { connections: [connectionId] }, reissue: true, perSecond: AT_ONCE });
  }

  /** @throws OrderNotFound */
  async get(id: string): Promise<RevocationOrder> {
    const order = await this.queue.find(id);
    if (!order) throw new OrderNotFound(id);
    return order;
  }

  /** Changes nothing. */
  async rehearse({ scope, reissue }: OrderRequest): Promise<Rehearsal> {
    const meant = await this.selection.meant(scope);
    if (meant === null) return { total: null, connections: [], consumers: null };
    const shown = await this.dataSource.manager.findBy(Connection, { id: In(meant.slice(0, SHOWN)) });
    const apiServices = await this.apiServices.byIds([...new Set(shown.map(({ apiServiceId }) => apiServiceId))]);
    const connections = shown.map((connection): RehearsedConnection => {
      const belonging = { connection, apiService: apiServices.get(connection.apiServiceId)! };
      return { ...belonging, would: reissue && survivesAlone(belonging) ? 'reissue' : 'revoke' };
    });
    const consumers = await this.exposures.known({ connectionIds: shown.map(({ id }) => id) });
    return { total: meant.length, connections, consumers };
  }
}
