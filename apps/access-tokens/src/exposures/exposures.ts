import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DataSource } from 'typeorm';
import type { HeldConnection } from '../intake/held-connection.js';
import { RepeatedReads } from './repeated-reads.js';

/** One consumer's knowledge of one token. */
export interface Exposed {
  connectionId: string;
  version: number;
  consumerId: string;
}

export interface Exposure extends Exposed {
  apiService: string | null;
  user: string | null;
  /** The newest version that is held of the connection; null if nothing is. */
  currentVersion: number | null;
  consumerName: string | null;
  firstAt: Date;
  lastAt: Date;
  reads: string;
}

export interface ExposureQuery {
  connection?: string | undefined;
  consumer?: string | undefined;
  version?: number | undefined;
  /** Only where the connection has a newer version by now. */
  superseded?: boolean | undefined;
  /** Only those that were last read after it. */
  since?: Date | undefined;
  before?: Date | undefined;
  limit: number;
}

/** The last time that a connection's token was handed out, and to whom. */
export interface LastRead {
  consumerId: string;
  /** Null if the consumer was removed. */
  consumerName: string | null;
  version: number;
  at: Date;
}

const WRITE = `
  INSERT INTO exposures AS e (connection_id, version, consumer_id) VALUES ($1, $2, $3)
  ON CONFLICT (connection_id, version, consumer_id) DO UPDATE SET reads = e.reads + 1, last_at = now()
  RETURNING reads = 1 AS first`;

const LIST = `
  SELECT e.connection_id AS "connectionId", e.version, e.consumer_id AS "consumerId", e.first_at AS "firstAt",
    e.last_at AS "lastAt", e.reads, c.api_service AS "apiService", c.user_id AS "user", c.version AS "currentVersion", k.name AS "consumerName"
  FROM exposures e LEFT JOIN connections c ON c.id = e.connection_id LEFT JOIN consumers k ON k.id = e.consumer_id
  WHERE ($1::uuid IS NULL OR e.connection_id = $1) AND ($2::uuid IS NULL OR e.consumer_id = $2)
    AND ($3::integer IS NULL OR e.version = $3) AND ($4::boolean IS NULL OR (e.version < c.version) = $4)
    AND ($5::timestamptz IS NULL OR e.last_at >= $5) AND ($6::timestamptz IS NULL OR e.last_at < $6)
  ORDER BY e.last_at DESC, e.connection_id, e.version, e.consumer_id LIMIT $7`;

const LAST = `
  SELECT DISTINCT ON (e.connection_id) e.connection_id AS "connectionId", e.consumer_id AS "consumerId", k.name AS "consumerName",
    e.version, e.last_at AS at
  FROM exposures e LEFT JOIN consumers k ON k.id = e.consumer_id
  WHERE e.connection_id = ANY($1) ORDER BY e.connection_id, e.last_at DESC`;

/** Who got which version of which token: written before the token leaves, so that there is no token that nobody knows the whereabouts of. */
@Injectable()
export class Exposures {
  private readonly underway = new Map<string, Promise<void>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly repeated: RepeatedReads,
    private readonly audit: AuditLog,
  ) {}

  /** Resolves once the token may leave; fails where that can't be written down. */
  async expose(token: Pick<HeldConnection, 'id' | 'version'>, consumerId: string): Promise<void> {
    const exposed = { connectionId: token.id, version: token.version, consumerId };
    const key = this.repeated.keyOf(exposed);
    // Of many that ask for the first time at once, one writes.
    const joined = this.underway.get(key);
    if (joined) await joined;
    if (this.repeated.count(key)) return;
    const written = this.write(exposed).finally(() => this.underway.delete(key));
    this.underway.set(key, written);
    await written;
    this.repeated.remember(exposed);
  }

  /** Last read first; with all that was read at this replica before. */
  async list(query: ExposureQuery): Promise<Exposure[]> {
    await this.repeated.addUp();
    const { connection = null, consumer = null, version = null, superseded = null } = query;
    const { since = null, before = null, limit } = query;
    const values = [connection, consumer, version, superseded, since, before, limit];
    return this.dataSource.query<Exposure[]>(LIST, values);
  }

  /** By connection; those that nobody read are not among them. */
  async lastOf(connectionIds: readonly string[]): Promise<Map<string, LastRead>> {
    if (connectionIds.length === 0) return new Map();
    await this.repeated.addUp();
    const rows = await this.dataSource.query<(LastRead & { connectionId: string })[]>(LAST, [connectionIds]);
    return new Map(rows.map(({ connectionId, ...read }) => [connectionId, read]));
  }

  private async write({ connectionId, version, consumerId }: Exposed): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [row] = await manager.query<{ first: boolean }[]>(WRITE, [connectionId, version, consumerId]);
      if (!row!.first) return;
      const details = { version, consumerId };
      await this.audit.append(
        { action: 'token.exposed', objectType: 'connection', objectId: connectionId, details },
        manager,
      );
    });
  }
}
