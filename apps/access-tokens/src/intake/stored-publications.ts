import { Injectable } from '@nestjs/common';
import { PUBLICATIONS, STREAMS } from '@lockkeeper/contracts';
import { NatsLink } from '@lockkeeper/messaging';
import { StreamUnreadable } from './intake.errors.js';

/** A publication as the stream holds it. */
export interface StoredPublication {
  sequence: number;
  subject: string;
  sealed: string;
}

/** By its place in the stream, which must `allow_direct`. */
const DIRECT_GET = `$JS.API.DIRECT.GET.${STREAMS.publications}`;
const TIMEOUT_MS = 5000;
const NOT_FOUND = 404;

/**
 * The stream's publications, read without a consumer. A direct get changes nothing and shows nothing that the durable would not
 * deliver, and it is answered across NATS accounts, which STREAM.MSG.GET is not (nats-server 2.9).
 */
@Injectable()
export class StoredPublications {
  constructor(private readonly link: NatsLink) {}

  /** The first after a sequence number, 0 for the very first; null at the end. @throws NatsUnavailable, StreamUnreadable */
  next(after: number): Promise<StoredPublication | null> {
    return this.get({ next_by_subj: PUBLICATIONS, seq: after + 1 });
  }

  /** The newest; null if there is none. @throws NatsUnavailable, StreamUnreadable */
  last(): Promise<StoredPublication | null> {
    return this.get({ last_by_subj: PUBLICATIONS });
  }

  private async get(query: object): Promise<StoredPublication | null> {
    const { connection } = this.link;
    const answer = await connection
      .request(DIRECT_GET, JSON.stringify(query), { timeout: TIMEOUT_MS })
      .catch((cause: unknown) => {
        throw new StreamUnreadable('nobody answers', cause);
      });
    if (answer.headers?.code === NOT_FOUND) return null;
    const sequence = Number(answer.headers?.get('Nats-Sequence'));
    const subject = answer.headers?.get('Nats-Subject');
    if (subject && sequence > 0) return { sequence, subject, sealed: answer.string() };
    throw new StreamUnreadable(answer.headers?.description || 'the answer names no place in the stream');
  }
}
