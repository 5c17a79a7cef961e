import { Injectable } from '@nestjs/common';
import type { ExposureFact, ExposuresQuery, ExposuresReply } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';
import { RepeatedReads } from '../exposures/repeated-reads.js';

interface Row extends Omit<ExposureFact, 'firstAt' | 'lastAt'> {
  firstAt: Date;
  lastAt: Date;
}

const FACTS = `
  SELECT e.connection_id AS "connectionId", e.consumer_id AS "consumerId", k.name AS "consumerName",
    max(e.version) AS "lastVersion", min(e.first_at) AS "firstAt", max(e.last_at) AS "lastAt"
  FROM exposures e LEFT JOIN consumers k ON k.id = e.consumer_id
  WHERE ($1::uuid[] IS NULL OR e.connection_id = ANY($1)) AND ($2::uuid IS NULL OR e.consumer_id = $2)
    AND ($3::timestamptz IS NULL OR e.last_at >= $3) AND ($4::timestamptz IS NULL OR e.first_at < $4)
    AND ($5::uuid IS NULL OR (e.connection_id, e.consumer_id) > ($5, $6::uuid))
  GROUP BY e.connection_id, e.consumer_id, k.name ORDER BY e.connection_id, e.consumer_id LIMIT $7`;

/** Who read what, for credentials: it decides what to revoke, and this workspace alone knows. */
@Injectable()
export class ExposureFacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly repeated: RepeatedReads,
  ) {}

  async page({ connectionIds, consumer, since, until, after, limit }: ExposuresQuery): Promise<ExposuresReply> {
    const [connection = null, reader = null] = after?.split(' ') ?? [];
    await this.repeated.addUp();
    const rows = await this.dataSource.query<Row[]>(FACTS, [
      ...[connectionIds ?? null, consumer ?? null, since ?? null, until ?? null],
      ...[connection, reader, limit],
    ]);
    const exposures = rows.map((row) => ({
      ...row,
      firstAt: row.firstAt.toISOString(),
      lastAt: row.lastAt.toISOString(),
    }));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { exposures, next: last ? `${last.connectionId} ${last.consumerId}` : null };
  }
}
