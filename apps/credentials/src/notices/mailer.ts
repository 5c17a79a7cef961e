import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Transporter, createTransport } from 'nodemailer';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { RenderedNotice } from './notice-template.js';

export interface Mail extends RenderedNotice {
  to: string;
  /** The same at each attempt: a mail server that took it twice can tell. */
  id: string;
}

const TIMEOUT_MS = 20_000;

/** Sends mail by the server that the settings name. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter | null;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.transport = settings.CREDENTIALS_SMTP_HOST === undefined ? null : createTransport(transportOf(settings));
  }

  get isSetUp(): boolean {
    return this.transport !== null;
  }

  /** @throws nodemailer's errors: `responseCode` is what the server answered, if it did */
  async send({ to, id, subject, text, html }: Mail): Promise<void> {
    const { CREDENTIALS_MAIL_FROM: address, CREDENTIALS_ORGANISATION_NAME: name } = this.settings;
    const messageId = `<${id}@${new URL(this.settings.CREDENTIALS_PUBLIC_URL).hostname}>`;
    const headers = { 'Auto-Submitted': 'auto-generated' };
    // RFC 3834: so that nobody's out-of-office answers it.
    await this.transport!.sendMail({
      from: { name, address: address! },
      to: { name: '', address: to },
      subject,
      text,
      html,
      messageId,
      headers,
    });
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }
}

function transportOf(settings: Settings) {
  const { CREDENTIALS_SMTP_SECURITY: security, CREDENTIALS_SMTP_USER: user, files } = settings;
  return {
    host: settings.CREDENTIALS_SMTP_HOST!,
    port: settings.CREDENTIALS_SMTP_PORT,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: files.smtpPassword!.trim() } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
