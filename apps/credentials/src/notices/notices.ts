import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { NoticeCause, NoticeReply } from '@lockkeeper/contracts';
import type { EntityManager } from 'typeorm';
import type { Connection } from '../connections/connection.entity.js';
import { ConnectionRevoked } from '../connections/connection.errors.js';
import { mailAddressOf } from '../connections/mail-address.js';
import { Transitions } from '../connections/transitions.js';
import { Mailer } from './mailer.js';
import { plannedDeliveries } from './notice-channels.js';
import { NoticeSettings } from './notice-settings.js';
import { publishedNotice } from './published-notice.js';

const ASKED = 'Somebody asked for a reauthorization.';

export interface NoticeRequest {
  reason: string;
  requestedBy: string;
  cause?: NoticeCause;
  /** Although one for the same cause went out a short while ago. */
  force?: boolean;
}

/** One for each cause in this time, however often it is asked for. */
const QUIET_HOURS = 24;
const TRIED_FOR_HOURS = 48;

/**
 * Asks people to reauthorize. A notice is open until the consent; while it is, it goes out once for each cause in a day, by each way that
 * its API service names. What is to go out is queued in the transaction of what made it necessary.
 */
@Injectable()
export class Notices {
  private readonly logger = new Logger('notices');

  constructor(
    private readonly transitions: Transitions,
    private readonly settings: NoticeSettings,
    private readonly mailer: Mailer,
  ) {}

  /** @returns created: whether anything goes out @throws ConnectionNotFound, ConnectionRevoked */
  async send(
    connectionId: string,
    request: { reason?: string | undefined; requestedBy: string; force?: boolean | undefined },
  ): Promise<NoticeReply> {
    const { reason = ASKED, requestedBy, force = false } = request;
    let reply: NoticeReply | undefined;
    await this.transitions.make(connectionId, async ({ connection }, manager) => {
      if (connection.status === 'revoked') throw new ConnectionRevoked(connectionId);
      // Asked for a connection that is dead anyway, it is the same matter.
      const cause = connection.status === 'reauthorization_required' ? 'reauthorization_required' : 'requested';
      reply = await this.open(manager, connection, { reason, requestedBy, cause, force });
      if (!reply.created) return null;
      connection.revise(new Date());
      const told = await this.isToldToConsumers(manager, connection.apiServiceId);
      if (told) connection.askConsumers(reason);
      return { publish: told ? 'notice' : 'republished', event: 'notice_sent', detail: reason };
    });
    return reply!;
  }

  /** For a transition that itself tells why: the notice is opened, and queued, in its transaction. */
  async open(manager: EntityManager, connection: Connection, request: NoticeRequest): Promise<NoticeReply> {
    const { reason, requestedBy, cause = 'reauthorization_required', force = false } = request;
    const { id: connectionId } = connection;
    const noticeId = await this.openOne(manager, connectionId, { reason, requestedBy, cause });
    const created = force || !(await this.wentOut(manager, noticeId, cause));
    if (created) {
      await this.queue(manager, { connectionId, noticeId, cause, reason });
      connection.bear(await publishedNotice(manager, connectionId));
      this.logger.warn({ event: 'reauthorization_notice', connectionId, noticeId, requestedBy });
    }
    return { noticeId, created };
  }

  /** The user consented: what was asked for is done, and what was not sent yet needn't be. */
  async close(manager: EntityManager, connectionId: string, because = 'reauthorized'): Promise<void> {
    await manager.query(
      `WITH closed AS (
         UPDATE notices SET closed_at = now(), closed_because = $2 WHERE connection_id = $1 AND closed_at IS NULL RETURNING id
       )
       UPDATE notice_deliveries d SET status = 'cancelled', settled_at = now() FROM closed
       WHERE d.notice_id = closed.id AND d.status = 'pending'`,
      [connectionId, because],
    );
  }

  private async isToldToConsumers(manager: EntityManager, apiServiceId: string): Promise<boolean> {
    return (await this.settings.waysOf(apiServiceId, manager)).channels.includes('event');
  }

  private async openOne(
    manager: EntityManager,
    connectionId: string,
    { reason, requestedBy, cause }: NoticeRequest,
  ): Promise<string> {
    const [opened] = await manager.query<{ id: string }[]>(
      `INSERT INTO notices (id, connection_id, reason, requested_by, cause) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (connection_id) WHERE closed_at IS NULL DO UPDATE SET connection_id = excluded.connection_id RETURNING id`,
      [randomUUID(), connectionId, reason, requestedBy, cause],
    );
    return opened!.id;
  }

  private async wentOut(manager: EntityManager, noticeId: string, cause: NoticeCause): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT FROM notice_deliveries WHERE notice_id = $1 AND cause = $2 AND created_at > now() - interval '${QUIET_HOURS} hours' LIMIT 1`,
      [noticeId, cause],
    );
    return rows.length > 0;
  }

  private async queue(
    manager: EntityManager,
    {
      connectionId,
      noticeId,
      cause,
      reason,
    }: { connectionId: string; noticeId: string; cause: NoticeCause; reason: string },
  ): Promise<void> {
    const [connection] = await manager.query<{ user: string; notify: string | null; apiServiceId: string }[]>(
      `SELECT user_id AS "user", notify, api_service_id AS "apiServiceId" FROM connections WHERE id = $1`,
      [connectionId],
    );
    const { channels, webhookUrl } = await this.settings.waysOf(connection!.apiServiceId, manager);
    const mailAddress = mailAddressOf(connection!);
    const reach = { channels, mailAddress, mailIsSetUp: this.mailer.isSetUp, hasWebhook: webhookUrl !== null };
    await manager.query(
      `INSERT INTO notice_deliveries (notice_id, cause, reason, channel, status, problem, expires_at, settled_at)
       SELECT $1, $2, $3, p.channel, p.status, p.problem, now() + interval '${TRIED_FOR_HOURS} hours', CASE WHEN p.status <> 'pending' THEN now() END
       FROM jsonb_to_recordset($4::jsonb) AS p (channel text, status text, problem text)`,
      [noticeId, cause, reason, JSON.stringify(plannedDeliveries(reach))],
    );
  }
}
