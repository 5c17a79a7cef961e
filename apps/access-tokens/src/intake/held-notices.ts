import { Injectable } from '@nestjs/common';
import type { Publication } from '@lockkeeper/contracts';
import type { EntityManager } from 'typeorm';

/** A connection has one open notice at most: an older one that is open here was closed while nobody listened. */
const KEEP = `
  WITH overtaken AS (
    UPDATE notices SET closed_at = $6 WHERE connection_id = $2 AND id <> $1 AND closed_at IS NULL
  )
  INSERT INTO notices AS n (id, connection_id, cause, reason, requested_by, opened_at, sent_at, channels, closed_at, closed_because, asked_revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET sent_at = excluded.sent_at, channels = excluded.channels, closed_at = excluded.closed_at,
    closed_because = excluded.closed_because, asked_revision = excluded.asked_revision
  WHERE (n.sent_at, n.channels, n.closed_at, n.asked_revision) IS DISTINCT FROM
    (excluded.sent_at, excluded.channels, excluded.closed_at, excluded.asked_revision)`;

/** What publications told of notices. Written by intake alone. */
@Injectable()
export class HeldNotices {
  /** Of a publication that is newer than what is held. */
  async keep(manager: EntityManager, { connectionId, notice }: Publication): Promise<void> {
    if (!notice) return;
    const { id, cause, reason, requestedBy, openedAt, sentAt, channels, closedAt, closedBecause, asked } = notice;
    await manager.query(KEEP, [
      ...[id, connectionId, cause, reason, requestedBy, openedAt, sentAt],
      ...[JSON.stringify(channels), closedAt, closedBecause, asked?.revision ?? null],
    ]);
  }
}
