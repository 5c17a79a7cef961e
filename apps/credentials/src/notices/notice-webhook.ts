import { Injectable } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { type Secret, signWebhook } from '@lockkeeper/sealing';
import type { ClaimedNotice } from './notice-claims.js';
import { type MendingLink, noticeValues } from './notice-message.js';

interface Said {
  organisation: string;
  link: MendingLink;
}

/** No further try helps. */
export class Undeliverable extends Error {}

const GONE = 410;

/** Posts a notice, signed by Standard Webhooks 1.0, to whoever passes its link on to the user. */
@Injectable()
export class NoticeWebhook {
  constructor(private readonly egress: Egress) {}

  /** @throws Undeliverable, EgressError, and an Error that names the status of a refusal */
  async post(notice: ClaimedNotice, { url, secret, said }: { url: Secret; secret: Secret; said: Said }): Promise<void> {
    const body = JSON.stringify(payloadOf(notice, said));
    const [id, timestampSeconds] = [`notice_${notice.id}`, Math.floor(Date.now() / 1000)];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook(secret, { id, timestampSeconds, body }),
    };
    const { status } = await this.egress.fetch(url.reveal(), { method: 'POST', headers, body });
    if (status === GONE) throw new Undeliverable('The webhook answered 410 Gone.');
    if (status < 200 || status > 299) throw new Error(`The webhook answered ${status}.`);
  }
}

const payloadOf = (notice: ClaimedNotice, said: Said) => ({
  type: 'connection.notice',
  timestamp: new Date().toISOString(),
  data: {
    noticeId: notice.noticeId,
    cause: notice.cause,
    connectionId: notice.connectionId,
    apiService: notice.slug,
    service: notice.serviceName,
    user: notice.user,
    reason: notice.reason,
    since: notice.since.toISOString(),
    affected: noticeValues(notice, said).affected,
    link: said.link.url,
    linkExpiresAt: said.link.expiresAt.toISOString(),
  },
});
