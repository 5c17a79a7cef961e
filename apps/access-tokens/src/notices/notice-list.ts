import { Injectable } from '@nestjs/common';
import type { NoticePassage, PublishedNotice } from '@lockkeeper/contracts';
import { type Principal, requesterOf } from '@lockkeeper/access-control';
import { DataSource } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { entitled } from '../consumers/entitlements.js';

/** `sent`: it reached somebody, and nobody acted on it yet. */
export const NOTICE_STATES = ['open', 'sent', 'closed'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

export interface Notice extends Pick<PublishedNotice, 'id' | 'cause' | 'reason' | 'closedBecause'> {
  connectionId: string;
  apiService: string;
  user: string;
  /** Null to a consumer, of what somebody else asked for. */
  requestedBy: string | null;
  state: NoticeState;
  openedAt: Date;
  sentAt: Date | null;
  channels: NoticePassage[];
  closedAt: Date | null;
}

export interface NoticeQuery {
  state?: NoticeState | undefined;
  apiService?: string | undefined;
  user?: string | undefined;
  connection?: string | undefined;
  /** Only those that come after this one in the order. */
  after?: string | undefined;
  limit: number;
}

/** What it is, to whoever asks: closed once acted on, sent once a channel took it. */
const STATE = `CASE WHEN n.closed_at IS NOT NULL THEN 'closed' WHEN n.sent_at IS NOT NULL THEN 'sent' ELSE 'open' END`;

const LIST = `
  SELECT n.id, n.connection_id AS "connectionId", c.api_service AS "apiService", c.user_id AS "user", n.cause, n.reason,
    n.opened_at AS "openedAt", n.sent_at AS "sentAt", n.channels, n.closed_at AS "closedAt", n.closed_because AS "closedBecause",
    CASE WHEN $2::text IS NULL OR n.requested_by = $2 THEN n.requested_by END AS "requestedBy",
    ${STATE} AS state
  FROM notices n JOIN connections c ON c.id = n.connection_id
  WHERE ($1::uuid IS NULL OR ${entitled({ consumer: '$1', apiService: 'c.api_service', user: 'c.user_id' })})
    AND ($3::text IS NULL OR ${STATE} = $3)
    AND ($4::text IS NULL OR c.api_service = $4) AND ($5::text IS NULL OR c.user_id = $5) AND ($6::uuid IS NULL OR n.connection_id = $6)
    AND ($7::uuid IS NULL OR (n.opened_at, n.id) < (SELECT opened_at, id FROM notices WHERE id = $7))
  ORDER BY n.opened_at DESC, n.id DESC LIMIT $8`;

/** Who was asked to reauthorize, as far as a caller may know of the connection. */
@Injectable()
export class NoticeList {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  page(caller: Principal, { state, apiService, user, connection, after, limit }: NoticeQuery): Promise<Notice[]> {
    const consumer = caller.role === CONSUMER ? [caller.subjectId, requesterOf(caller)] : [null, null];
    const filters = [state, apiService, user, connection, after].map((filter) => filter ?? null);
    return this.dataSource.query(LIST, [...consumer, ...filters, limit]);
  }
}
