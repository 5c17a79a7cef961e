import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ConnectionStatus, NoticeCause, NoticeChannel } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';
import { type TransitionStory, Transitions } from '../connections/transitions.js';
import { publishedNotice } from './published-notice.js';

/** A delivery that this replica alone works on, until its lease ends. */
export interface ClaimedNotice {
  id: string;
  lease: string;
  noticeId: string;
  cause: NoticeCause;
  reason: string;
  channel: Exclude<NoticeChannel, 'event'>;
  attempts: number;
  expiresAt: Date;
  connectionId: string;
  apiServiceId: string;
  slug: string;
  serviceName: string;
  user: string;
  notify: string | null;
  status: ConnectionStatus;
  /** Of the trouble, where there is one; else when it was asked. */
  since: Date;
  tokenExpiresAt: Date | null;
  diesAt: Date | null;
}

const CLAIM = `
  WITH chosen AS (
    SELECT id FROM notice_deliveries WHERE status = 'pending' AND due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
    ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE notice_deliveries d SET lease = $2, leased_until = now() + make_interval(secs => $3)
  FROM chosen, notices n, connections c, api_services s
  WHERE d.id = chosen.id AND n.id = d.notice_id AND c.id = n.connection_id AND s.id = c.api_service_id
  RETURNING d.id, d.lease, n.id AS "noticeId", d.cause, d.reason, d.channel, d.attempts, d.expires_at AS "expiresAt", c.id AS "connectionId",
    s.id AS "apiServiceId", s.slug, s.name AS "serviceName", c.user_id AS "user", c.notify, c.status,
    coalesce((c.fault ->> 'at')::timestamptz, n.created_at) AS since, c.expires_at AS "tokenExpiresAt", c.dies_at AS "diesAt"`;

/** Only by whoever holds the lease. */
const SETTLE = `
  UPDATE notice_deliveries SET status = $3, problem = $4, due_at = coalesce($5, due_at), attempts = attempts + 1,
    lease = NULL, leased_until = NULL, settled_at = CASE WHEN $3 = 'pending' THEN NULL ELSE now() END
  WHERE id = $1 AND lease = $2 AND status = 'pending' RETURNING id`;

/** A revoked connection wants no consent: nobody is asked for it any more. */
const CLOSE_REVOKED = `
  WITH closed AS (
    UPDATE notices n SET closed_at = now(), closed_because = 'revoked' FROM connections c
    WHERE c.id = n.connection_id AND c.status = 'revoked' AND n.closed_at IS NULL RETURNING n.id
  )
  UPDATE notice_deliveries d SET status = 'cancelled', settled_at = now() FROM closed
  WHERE d.notice_id = closed.id AND d.status = 'pending'`;

/** Who sends which notice: any number of replicas at once, each delivery by one of them. */
@Injectable()
export class NoticeClaims {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transitions: Transitions,
  ) {}

  async claim(most: number, leaseSeconds: number): Promise<ClaimedNotice[]> {
    await this.dataSource.query(CLOSE_REVOKED);
    const [rows] = await this.dataSource.query<[ClaimedNotice[], number]>(CLAIM, [most, randomUUID(), leaseSeconds]);
    return rows;
  }

  delivered(notice: ClaimedNotice): Promise<void> {
    const story = { event: 'notice_delivered', detail: `The notice went out by ${notice.channel}.` };
    return this.settle(notice, ['delivered', null, null], story);
  }

  /** @param dueAt of the next try; null if there is none */
  async failed(notice: ClaimedNotice, problem: string, dueAt: Date | null): Promise<void> {
    if (dueAt !== null) {
      await this.dataSource.query(SETTLE, [notice.id, notice.lease, 'pending', problem, dueAt]);
      return;
    }
    const story = { event: 'notice_not_delivered', detail: problem, outcome: 'failed' as const };
    await this.settle(notice, ['failed', problem, null], story);
  }

  /** What became of it is the connection's news: consumers' workspace lists notices as well. */
  private async settle(
    { id, lease, connectionId }: ClaimedNotice,
    settled: [status: string, problem: string | null, dueAt: null],
    story: Omit<TransitionStory, 'publish'>,
  ): Promise<void> {
    await this.transitions.make(connectionId, async ({ connection }, manager) => {
      const [rows] = await manager.query<[unknown[], number]>(SETTLE, [id, lease, ...settled]);
      if (rows.length === 0) return null;
      connection.bear(await publishedNotice(manager, connectionId));
      connection.revise(new Date());
      return { publish: 'republished', ...story };
    });
  }
}
