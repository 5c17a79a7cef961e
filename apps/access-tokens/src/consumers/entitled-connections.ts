import { Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { DataSource } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { CONNECTION_COLUMNS } from '../intake/connections.js';
import type { HeldConnection } from '../intake/held-connection.js';
import { ConnectionUnknown, NotEntitled } from './consumers.errors.js';
import { entitled } from './entitlements.js';

export interface Wanted {
  apiService: string;
  user: string;
}

export interface ConnectionPageQuery {
  apiService?: string | undefined;
  /** Only connections after this id: the next page. */
  after?: string | undefined;
  limit: number;
}

/** One round trip for the most frequent question of all. Should a slug have been given anew, the living connection is meant, and of several the newest. */
const FIND = `
  SELECT ${entitled({ consumer: '$1', apiService: '$2', user: '$3' })} AS entitled, found.*
  FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
    SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.api_service = $2 AND c.user_id = $3
    ORDER BY c.status = 'revoked', c.occurred_at DESC LIMIT 1
  ) AS found ON true`;

const LIST = `
  SELECT ${CONNECTION_COLUMNS} FROM connections c
  WHERE ($1::uuid IS NULL OR ${entitled({ consumer: '$1', apiService: 'c.api_service', user: 'c.user_id' })})
    AND ($2::text IS NULL OR c.api_service = $2) AND ($3::uuid IS NULL OR c.id > $3)
  ORDER BY c.id LIMIT $4`;

/** Connections as far as a caller may know of them. */
@Injectable()
export class EntitledConnections {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws NotEntitled first: to whoever may not use a connection, it isn't told whether there is one; ConnectionUnknown */
  async find({ subjectId }: Principal, { apiService, user }: Wanted): Promise<HeldConnection> {
    const [row] = await this.dataSource.query<({ entitled: boolean } & HeldConnection)[]>(FIND, [
      subjectId,
      apiService,
      user,
    ]);
    const { entitled: may, ...connection } = row!;
    if (!may) throw new NotEntitled();
    if (connection.id === null) throw new ConnectionUnknown();
    return connection;
  }

  /** A consumer's own; everything for those who may look but hold no token. Ordered by id. */
  list({ role, subjectId }: Principal, { apiService, after, limit }: ConnectionPageQuery): Promise<HeldConnection[]> {
    const consumerId = role === CONSUMER ? subjectId : null;
    return this.dataSource.query(LIST, [consumerId, apiService ?? null, after ?? null, limit]);
  }
}
