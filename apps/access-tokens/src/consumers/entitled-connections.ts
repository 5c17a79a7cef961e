import { Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { DataSource } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { CONNECTION_COLUMNS } from '../intake/connections.js';
import type { HeldConnection } from '../intake/held-connection.js';
import { type OpenedConnection, OpenedConnections } from '../intake/opened-connections.js';
import { ConnectionUnknown, NotEntitled } from './consumers.errors.js';
import { entitled } from './entitlements.js';
import { KnownConsumers } from './known-consumers.js';

export interface Wanted {
  apiService: string;
  user: string;
  /** Which of the connection's tokens; its own if it isn't said. */
  token?: string | undefined;
}

export interface ConnectionPageQuery {
  apiService?: string | undefined;
  /** This one alone. */
  connection?: string | undefined;
  /** Part of the user's id, in whatever case. */
  search?: string | undefined;
  /** Only connections after this id: the next page. */
  after?: string | undefined;
  limit: number;
}

const LIST = `
  SELECT ${CONNECTION_COLUMNS} FROM connections c
  WHERE ($1::uuid IS NULL OR ${entitled({ consumer: '$1', apiService: 'c.api_service', user: 'c.user_id' })})
    AND ($2::text IS NULL OR c.api_service = $2) AND ($3::uuid IS NULL OR c.id > $3)
    AND ($5::text IS NULL OR position(lower($5) IN lower(c.user_id)) > 0) AND ($6::uuid IS NULL OR c.id = $6)
  ORDER BY c.id LIMIT $4`;

/** Connections as far as a caller may know of them. */
@Injectable()
export class EntitledConnections {
  constructor(
    private readonly dataSource: DataSource,
    private readonly consumers: KnownConsumers,
    private readonly connections: OpenedConnections,
  ) {}

  /** @throws NotEntitled first: to whoever may not use a connection, it isn't told whether there is one; ConnectionUnknown */
  async find({ subjectId }: Principal, wanted: Wanted): Promise<OpenedConnection> {
    const coverage = subjectId === null ? null : await this.consumers.coverageOf(subjectId);
    if (!coverage?.covers(wanted.apiService, wanted.user)) throw new NotEntitled();
    const found = await this.connections.find(wanted);
    if (!found) throw new ConnectionUnknown();
    return found;
  }

  /** What `find` finds, as far as it is all remembered; undefined says nothing about anything. @param name as OpenedConnections has it */
  recall(consumerId: string, name: string): OpenedConnection | undefined {
    const found = this.connections.recall(name);
    if (!found) return undefined;
    // By what it is, not by what it was asked for as: a name is made of both.
    const { apiService, user } = found.connection;
    return this.consumers.recall(consumerId)?.covers(apiService, user) ? found : undefined;
  }

  /** A consumer's own; everything for those who may look but hold no token. Ordered by id. */
  list({ role, subjectId }: Principal, query: ConnectionPageQuery): Promise<HeldConnection[]> {
    const { apiService = null, after = null, search = null, connection = null, limit } = query;
    const consumerId = role === CONSUMER ? subjectId : null;
    return this.dataSource.query(LIST, [consumerId, apiService, after, limit, search, connection]);
  }
}
