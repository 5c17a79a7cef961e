import { StreamUnreadable } from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';

/** A message as a stream holds it. */
export interface StoredMessage {
  sequence: number;
  subject: string;
  text: string;
}

const TIMEOUT_MS = 5000;
const NOT_FOUND = 404;

/**
 * A stream's messages, read by their places, without a consumer; the stream must `allow_direct`. A direct get changes nothing, and it is
 * answered across NATS accounts, which STREAM.MSG.GET is not (nats-server 2.9).
 */
export class StreamReader {
  constructor(
    private readonly link: NatsLink,
    private readonly stream: string,
  ) {}

  /** The first after a place, 0 for the very first; null at the end. @param subject may hold wildcards @throws NatsUnavailable, StreamUnreadable */
  next(after: number, subject: string): Promise<StoredMessage | null> {
    return this.get({ next_by_subj: subject, seq: after + 1 });
  }

  /** The newest; null if there is none. @throws NatsUnavailable, StreamUnreadable */
  last(subject: string): Promise<StoredMessage | null> {
    return this.get({ last_by_subj: subject });
  }

  private async get(query: object): Promise<StoredMessage | null> {
    const { connection } = this.link;
    const answer = await connection
      .request(`$JS.API.DIRECT.GET.${this.stream}`, JSON.stringify(query), { timeout: TIMEOUT_MS })
      .catch((cause: unknown) => {
        throw new StreamUnreadable(this.stream, 'nobody answers', cause);
      });
    if (answer.headers?.code === NOT_FOUND) return null;
    const sequence = Number(answer.headers?.get('Nats-Sequence'));
    const subject = answer.headers?.get('Nats-Subject');
    if (subject && sequence > 0) return { sequence, subject, text: answer.string() };
    throw new StreamUnreadable(this.stream, answer.headers?.description || 'the answer names no place in the stream');
  }
}
