import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { NoticeReply } from '@lockkeeper/contracts';
import type { EntityManager } from 'typeorm';
import { ConnectionRevoked } from '../connections/connection.errors.js';
import { Transitions } from '../connections/transitions.js';

const ASKED = 'Somebody asked for a reauthorization.';

/** Asks people to reauthorize. A notice is a row, a log line and an event to consumers; it is open until the consent. */
@Injectable()
export class Notices {
  private readonly logger = new Logger('notices');

  constructor(private readonly transitions: Transitions) {}

  /** One open notice for each connection: asking again changes nothing. @throws ConnectionNotFound, ConnectionRevoked */
  async send(
    connectionId: string,
    { reason = ASKED, requestedBy }: { reason?: string | undefined; requestedBy: string },
  ): Promise<NoticeReply> {
    let reply: NoticeReply | undefined;
    await this.transitions.make(connectionId, async ({ connection }, manager) => {
      if (connection.status === 'revoked') throw new ConnectionRevoked(connectionId);
      reply = await this.open(manager, connectionId, { reason, requestedBy });
      if (!reply.created) return null;
      connection.revise(new Date());
      return { publish: 'notice', event: 'notice_sent', detail: reason };
    });
    if (reply!.created)
      this.logger.warn({ event: 'reauthorization_notice', connectionId, noticeId: reply!.noticeId, requestedBy });
    return reply!;
  }

  /** For a transition that itself tells why: the notice is opened in its transaction. */
  async open(
    manager: EntityManager,
    connectionId: string,
    { reason, requestedBy }: { reason: string; requestedBy: string },
  ): Promise<NoticeReply> {
    const [opened] = await manager.query<{ id: string }[]>(
      `INSERT INTO notices (id, connection_id, reason, requested_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (connection_id) WHERE closed_at IS NULL DO NOTHING RETURNING id`,
      [randomUUID(), connectionId, reason, requestedBy],
    );
    if (opened) return { noticeId: opened.id, created: true };
    const [found] = await manager.query<{ id: string }[]>(
      `SELECT id FROM notices WHERE connection_id = $1 AND closed_at IS NULL`,
      [connectionId],
    );
    return { noticeId: found!.id, created: false };
  }

  /** The user consented: what was asked for is done. */
  async close(manager: EntityManager, connectionId: string): Promise<void> {
    await manager.query(`UPDATE notices SET closed_at = now() WHERE connection_id = $1 AND closed_at IS NULL`, [
      connectionId,
    ]);
  }
}
