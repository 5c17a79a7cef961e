import { JetStreamApiCodes, JetStreamApiError, type JetStreamPublishOptions, jetstream } from '@nats-io/jetstream';
import {
  InvalidArgumentError,
  type MsgHdrs,
  type NatsConnection,
  PermissionViolationError,
} from '@nats-io/transport-node';
import { traceHeaders } from './message-work.js';
import { NatsUnavailable, PublishRefused, WrongLastSequence } from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';

export interface PublishOptions {
  /** A second message with the same id within the stream's duplicate window is dropped, and acknowledged as a duplicate. */
  messageId: string;
  /** Store it only if this is the sequence of the subject's last message; 0: if there is none. */
  expectLastSubjectSequence?: number | undefined;
  /** How long to wait for the stream's acknowledgement; 5 s if not told. */
  timeoutMs?: number;
  headers?: MsgHdrs;
}

export interface Publication {
  streamSequence: number;
  /** True if the stream had it already. */
  duplicate: boolean;
}

/** Publishes to a stream; resolves once the message is stored. */
export class JetStreamPublisher {
  constructor(private readonly link: NatsLink) {}

  /**
   * @throws NatsUnavailable (it may have been stored all the same: publish it again with the same id),
   * WrongLastSequence, PublishRefused
   */
  async publish(subject: string, data: string | Uint8Array, options: PublishOptions): Promise<Publication> {
    const { messageId, expectLastSubjectSequence: expected, timeoutMs = 5000, headers = traceHeaders() } = options;
    const connection: NatsConnection = this.link.connection;
    const wire: Partial<JetStreamPublishOptions> = { msgID: messageId, timeout: timeoutMs, headers };
    if (expected !== undefined) wire.expect = { lastSubjectSequence: expected };
    try {
      const stored = await jetstream(connection, { checkAPI: false }).publish(subject, data, wire);
      return { streamSequence: stored.seq, duplicate: stored.duplicate };
    } catch (error) {
      throw translated(error, subject, expected);
    }
  }
}

function translated(error: unknown, subject: string, expected: number | undefined): Error {
  if (error instanceof JetStreamApiError) {
    if (error.code === JetStreamApiCodes.StreamWrongLastSequence)
      return new WrongLastSequence(subject, expected ?? 0, error);
    return new PublishRefused(subject, error.message, error);
  }
  const causes = [error, (error as Error).cause];
  if (causes.some((cause) => cause instanceof PermissionViolationError))
    return new PublishRefused(subject, 'not permitted', error);
  // The client itself refuses what the server would: a payload over its limit, a subject with a space.
  if (error instanceof InvalidArgumentError) return new PublishRefused(subject, error.message, error);
  if ((error as Error).name === 'JetStreamNotEnabled') return new PublishRefused(subject, 'no stream takes it', error);
  return new NatsUnavailable(error);
}
