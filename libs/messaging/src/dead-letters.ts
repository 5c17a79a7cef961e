import { Logger } from '@nestjs/common';
import type { JsMsg } from '@nats-io/jetstream';
import { type MsgHdrs, headers } from '@nats-io/transport-node';
import { LockkeeperError } from '@lockkeeper/doors';
import { JetStreamContext, PoisonMessageError } from './jetstream.context.js';
import { JetStreamPublisher } from './jetstream.publisher.js';
import { framesOf } from './message-work.js';
import type { NatsLink } from './nats-link.js';
import { deadLetterSubject } from './subjects.js';

const RETRY_MS = 5000;

/** Where messages go that can't be worked on: kept for people, with the reason and where they came from. */
export class DeadLetters {
  private readonly logger = new Logger('dead-letters');
  private readonly publisher: JetStreamPublisher;

  constructor(
    link: NatsLink,
    private readonly stream: string,
    private readonly durable: string,
  ) {
    this.publisher = new JetStreamPublisher(link);
  }

  /** Stored there first, given up here after: a crash in between makes a copy that is recognised by its id, never a loss. */
  async moveThere(message: JsMsg, error: unknown): Promise<void> {
    const subject = deadLetterSubject(this.stream, this.durable, message.subject);
    const fields = { subject: message.subject, reason: reasonOf(error), attempts: message.info.deliveryCount };
    try {
      const messageId = `${this.stream}:${this.durable}:${message.info.streamSequence}`;
      await this.publisher.publish(subject, message.data, {
        messageId,
        headers: this.headersOf(message, fields.reason),
      });
    } catch (failure) {
      this.logger.error({ event: 'dead_letter_failed', ...fields, failure: reasonOf(failure) });
      message.nak(RETRY_MS);
      return;
    }
    // Without a reason: nats-server before 2.10 doesn't understand one, and would deliver the message again for ever.
    message.term();
    this.logger.error({ event: 'dead_letter', ...fields, frames: framesOf(error) });
  }

  private headersOf(message: JsMsg, reason: string): MsgHdrs {
    const kept = headers();
    for (const [name, values] of message.headers ?? []) {
      if (!name.startsWith('Nats-')) for (const value of values) kept.append(name, value);
    }
    kept.set('Lockkeeper-Reason', reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 500));
    kept.set('Lockkeeper-Subject', message.subject);
    kept.set('Lockkeeper-Stream-Sequence', String(message.info.streamSequence));
    kept.set('Lockkeeper-Message-Id', new JetStreamContext([message]).messageId ?? '');
    return kept;
  }
}

/** Only what we wrote ourselves: a foreign error's message may quote the payload. */
export function reasonOf(error: unknown): string {
  if (error instanceof LockkeeperError) return `${error.code}: ${error.detail}`;
  if (error instanceof PoisonMessageError) return error.message;
  return error instanceof Error ? error.name : 'unknown';
}
