import { type Msg, NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { isRefusal } from '@lockkeeper/contracts';
import { DEADLINE_HEADER } from './command.context.js';
import { traceHeaders } from './message-work.js';
import {
  CommandDeadlinePassed,
  CommandRefused,
  CommandUnanswered,
  NatsUnavailable,
  ReplyMalformed,
} from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';

const ANSWER_MARGIN_MS = 200;

export interface CommandOptions {
  /** How long the answer is waited for; the other side is told. */
  timeoutMs: number;
  /** If it isn't the current request's. */
  requestId?: string;
}

/** Sends commands to the other workspace and waits for their answers. */
export class CommandClient {
  constructor(private readonly link: NatsLink) {}

  /**
   * @throws NatsUnavailable, CommandUnanswered (nobody is there: it was not carried out),
   * CommandDeadlinePassed (it may have been), ReplyMalformed, CommandRefused (with the other side's code, title, detail and hint)
   */
  async request<T extends object>(
    subject: string,
    command: object,
    { timeoutMs, requestId }: CommandOptions,
  ): Promise<T> {
    const headers = traceHeaders(requestId);
    // A little less than we wait, so that "not in time" is usually said by the side that knows more.
    headers.set(DEADLINE_HEADER, String(Math.max(1, timeoutMs - ANSWER_MARGIN_MS)));
    const connection = this.link.connection;
    let message: Msg;
    try {
      message = await connection.request(subject, JSON.stringify(command), { timeout: timeoutMs, headers });
    } catch (error) {
      throw translated(error, subject, timeoutMs);
    }
    return readReply<T>(message, subject);
  }
}

function readReply<T extends object>(message: Msg, subject: string): T {
  let reply: object;
  try {
    reply = message.json<object>();
  } catch (cause) {
    throw new ReplyMalformed(subject, cause);
  }
  if (isRefusal(reply)) throw new CommandRefused(reply);
  return reply as T;
}

function translated(error: unknown, subject: string, timeoutMs: number): Error {
  if (error instanceof TimeoutError) return new CommandDeadlinePassed(subject, timeoutMs, error);
  const nobody = error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
  return nobody ? new CommandUnanswered(subject, error) : new NatsUnavailable(error);
}
