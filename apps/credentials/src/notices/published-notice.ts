import type { PublishedNotice } from '@lockkeeper/contracts';
import type { EntityManager } from 'typeorm';

/** Of each way the newest sending: what it was before is in GET /v1/notices of this workspace. */
const NEWEST = `
  SELECT n.id, n.cause, n.reason, n.requested_by AS "requestedBy", n.created_at AS "openedAt", n.closed_at AS "closedAt",
    n.closed_because AS "closedBecause",
    (SELECT min(d.settled_at) FROM notice_deliveries d
     WHERE d.notice_id = n.id AND d.status = 'delivered' AND d.channel <> 'event') AS "sentAt",
    coalesce((SELECT jsonb_agg(jsonb_build_object('channel', d.channel, 'status', d.status, 'settledAt', d.settled_at) ORDER BY d.channel)
      FROM (SELECT DISTINCT ON (channel) * FROM notice_deliveries WHERE notice_id = n.id ORDER BY channel, id DESC) d), '[]') AS channels
  FROM notices n WHERE n.connection_id = $1 ORDER BY n.created_at DESC LIMIT 1`;

interface Row extends Omit<PublishedNotice, 'openedAt' | 'sentAt' | 'closedAt' | 'asked'> {
  openedAt: Date;
  sentAt: Date | null;
  closedAt: Date | null;
}

/** A connection's newest notice as consumers may know it: whoever reads it can neither write to the user, nor open the link. */
export async function publishedNotice(manager: EntityManager, connectionId: string): Promise<PublishedNotice | null> {
  const [row] = await manager.query<Row[]>(NEWEST, [connectionId]);
  if (!row) return null;
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    channels: row.channels.map(({ channel, status, settledAt }) => ({
      channel,
      status,
      settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    })),
    closedAt: row.closedAt?.toISOString() ?? null,
    asked: null,
  };
}
