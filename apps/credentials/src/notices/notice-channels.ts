import type { NoticeChannel } from '@lockkeeper/contracts';

export const NOTICE_CHANNELS = ['email', 'webhook', 'event'] as const satisfies NoticeChannel[];

/** An API service that nobody said anything about. */
export const USUAL_CHANNELS: readonly NoticeChannel[] = ['email', 'event'];

export interface Reach {
  channels: readonly NoticeChannel[];
  mailAddress: string | null;
  mailIsSetUp: boolean;
  hasWebhook: boolean;
}

export interface PlannedDelivery {
  channel: NoticeChannel;
  status: 'pending' | 'delivered' | 'skipped';
  problem: string | null;
}

/** By which ways a notice goes out; a way that is wanted and can't be gone is told too, with what is missing. */
export function plannedDeliveries({ channels, mailAddress, mailIsSetUp, hasWebhook }: Reach): PlannedDelivery[] {
  return channels.map((channel) => {
    // It is on its way to consumers with the transaction that makes the notice.
    if (channel === 'event') return { channel, status: 'delivered', problem: null };
    const problem = channel === 'email' ? mailProblem(mailIsSetUp, mailAddress) : webhookProblem(hasWebhook);
    return { channel, status: problem === null ? 'pending' : 'skipped', problem };
  });
}

function mailProblem(mailIsSetUp: boolean, mailAddress: string | null): string | null {
  if (!mailIsSetUp) return 'E-mail is not set up on this server: CREDENTIALS_SMTP_HOST.';
  return mailAddress === null
    ? 'No address is known: the user’s id is none, and the connection has no `notify` address.'
    : null;
}

const webhookProblem = (hasWebhook: boolean): string | null =>
  hasWebhook ? null : 'The API service has no webhook for notices.';
