import { Injectable } from '@nestjs/common';
import type { NoticeCause, NoticeChannel } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';

export const NOTICE_STATES = ['open', 'sent', 'closed'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

export interface NoticeDeliveryRecord {
  channel: NoticeChannel;
  status: 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
  cause: NoticeCause;
  problem: string | null;
  attempts: number;
  createdAt: string;
  settledAt: string | null;
}

export interface NoticeRecord {
  id: string;
  connectionId: string;
  apiService: string;
  user: string;
  cause: NoticeCause;
  reason: string;
  requestedBy: string;
  /** `sent`: it reached somebody, and nobody acted on it yet. */
  state: NoticeState;
  createdAt: Date;
  closedAt: Date | null;
  closedBecause: string | null;
  deliveries: NoticeDeliveryRecord[];
}

export interface NoticeFilter {
  state?: NoticeState | undefined;
  apiService?: string | undefined;
  connection?: string | undefined;
  limit: number;
}

const LIST = `
  SELECT * FROM (
    SELECT n.id, n.connection_id AS "connectionId", s.slug AS "apiService", c.user_id AS "user", n.cause, n.reason,
      n.requested_by AS "requestedBy", n.created_at AS "createdAt", n.closed_at AS "closedAt", n.closed_because AS "closedBecause",
      CASE WHEN n.closed_at IS NOT NULL THEN 'closed'
        WHEN EXISTS (SELECT FROM notice_deliveries d WHERE d.notice_id = n.id AND d.status = 'delivered' AND d.channel <> 'event') THEN 'sent'
        ELSE 'open' END AS state,
      coalesce((SELECT jsonb_agg(jsonb_build_object('channel', d.channel, 'status', d.status, 'cause', d.cause, 'problem', d.problem,
        'attempts', d.attempts, 'createdAt', d.created_at, 'settledAt', d.settled_at) ORDER BY d.id)
        FROM notice_deliveries d WHERE d.notice_id = n.id), '[]') AS deliveries
    FROM notices n JOIN connections c ON c.id = n.connection_id JOIN api_services s ON s.id = c.api_service_id
    WHERE ($1::text IS NULL OR s.slug = $1) AND ($2::uuid IS NULL OR n.connection_id = $2)
  ) AS listed WHERE $3::text IS NULL OR state = $3 ORDER BY "createdAt" DESC LIMIT $4`;

/** Notices and what became of them, for people. */
@Injectable()
export class NoticeRecords {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  list({ state, apiService, connection, limit }: NoticeFilter): Promise<NoticeRecord[]> {
    return this.dataSource.query(LIST, [apiService ?? null, connection ?? null, state ?? null, limit]);
  }
}
