import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LockkeeperError } from '@lockkeeper/doors';
import { mailAddressOf } from '../connections/mail-address.js';
import { Ticks } from '../schedule/ticks.js';
import { Mailer } from './mailer.js';
import { type ClaimedNotice, NoticeClaims } from './notice-claims.js';
import { NoticeLinks } from './notice-links.js';
import { noticeValues } from './notice-message.js';
import { NoticeSettings } from './notice-settings.js';
import { renderNotice } from './notice-template.js';
import { NoticeWebhook, Undeliverable } from './notice-webhook.js';

const LOOK_EVERY_MS = 1000;
const AT_ONCE = 8;
const LEASE_SECONDS = 120;
const DELAYS_SECONDS = [30, 120, 600, 1800, 3600, 7200];
const LONGEST_DELAY_SECONDS = 14_400;

/** Sends what is queued, and tries again what failed: one replica each, with a link that is made for this attempt. */
@Injectable()
export class NoticeSender implements OnApplicationBootstrap {
  private readonly logger = new Logger('notices');

  constructor(
    private readonly claims: NoticeClaims,
    private readonly links: NoticeLinks,
    private readonly ways: NoticeSettings,
    private readonly mailer: Mailer,
    private readonly webhook: NoticeWebhook,
    private readonly ticks: Ticks,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'notices', everyMs: LOOK_EVERY_MS, work: () => this.round() });
  }

  private async round(): Promise<void> {
    const claimed = await this.claims.claim(AT_ONCE, LEASE_SECONDS);
    await Promise.all(claimed.map((notice) => this.deliver(notice)));
  }

  private async deliver(notice: ClaimedNotice): Promise<void> {
    const { noticeId, channel, connectionId } = notice;
    try {
      if (channel === 'email') await this.mail(notice);
      else await this.post(notice);
      await this.claims.delivered(notice);
      this.logger.log({ event: 'notice_delivered', noticeId, channel, connectionId });
    } catch (error) {
      const problem = problemOf(error);
      this.logger.warn({ event: 'notice_not_delivered', noticeId, channel, connectionId, problem });
      await this.claims.failed(notice, problem, nextTry(notice, error));
    }
  }

  private async mail(notice: ClaimedNotice): Promise<void> {
    const to = mailAddressOf(notice);
    if (to === null || !this.mailer.isSetUp)
      throw new Undeliverable('There is no address, or no mail server, any more.');
    const template = await this.ways.templateOf(notice.apiServiceId);
    const values = noticeValues(notice, await this.links.said(notice));
    await this.mailer.send({ to, id: `notice-${notice.id}`, ...renderNotice(template, values) });
  }

  private async post(notice: ClaimedNotice): Promise<void> {
    const { webhookUrl, webhookSecret } = await this.ways.waysOf(notice.apiServiceId);
    if (webhookUrl === null || webhookSecret === null) throw new Undeliverable('There is no webhook any more.');
    await this.webhook.post(notice, { url: webhookUrl, secret: webhookSecret, said: await this.links.said(notice) });
  }
}

/** In time for another try; null: no try helps, or the time is up. */
function nextTry({ attempts, expiresAt }: ClaimedNotice, error: unknown): Date | null {
  if (isPermanent(error) || expiresAt.getTime() <= Date.now()) return null;
  const seconds = (DELAYS_SECONDS[attempts] ?? LONGEST_DELAY_SECONDS) * (0.8 + 0.4 * Math.random());
  return new Date(Math.min(Date.now() + seconds * 1000, expiresAt.getTime()));
}

/** RFC 5321 section 4.2.1: 5yz is permanent. An API service that needs no consent, or is gone, can't be mended by a link. */
const isPermanent = (error: unknown): boolean =>
  error instanceof Undeliverable ||
  (error instanceof LockkeeperError && ['conflict', 'not_found', 'invalid'].includes(error.kind)) ||
  ((error as { responseCode?: number }).responseCode ?? 0) >= 500;

/** A mail server may quote what it was sent, links included: only its code and ours are kept. */
function problemOf(error: unknown): string {
  if (error instanceof LockkeeperError) return `${error.code}: ${error.detail}`;
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message: string };
  if (responseCode !== undefined) return `The mail server answered ${responseCode}.`;
  return code === undefined ? message : `The mail server can’t be reached, or refuses: ${code}.`;
}
