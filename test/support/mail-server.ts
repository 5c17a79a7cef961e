import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail extends ParsedMail {
  recipients: string[];
}

/** A real SMTP server on loopback that keeps what it is sent, or refuses it as it is told. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** What the next mails are refused with; an empty list: none. */
  readonly refusals: number[] = [];
  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<MailServer> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onData(stream, session, done) {
        void mails
          .take(
            stream,
            session.envelope.rcptTo.map(({ address }) => address),
          )
          .then(
            () => done(),
            (refusal: Error) => done(refusal),
          );
      },
    });
    const mails = new MailServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mails;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get settings(): Record<string, string> {
    return {
      CREDENTIALS_SMTP_HOST: '127.0.0.1',
      CREDENTIALS_SMTP_PORT: String(this.port),
      CREDENTIALS_SMTP_SECURITY: 'none',
      CREDENTIALS_MAIL_FROM: 'keeper@example.com',
    };
  }

  to(recipient: string): ReceivedMail[] {
    return this.mails.filter(({ recipients }) => recipients.includes(recipient));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(stream: NodeJS.ReadableStream & AsyncIterable<unknown>, recipients: string[]): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const responseCode = this.refusals.shift();
    if (responseCode !== undefined) throw Object.assign(new Error('not now'), { responseCode });
    this.mails.push({ ...(await simpleParser(Buffer.concat(chunks))), recipients });
  }
}
