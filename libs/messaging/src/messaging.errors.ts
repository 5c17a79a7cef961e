import type { CommandRefusal } from '@lockkeeper/contracts';
import { type ErrorKind, LockkeeperError } from '@lockkeeper/doors';

/** NATS is away. What is in the outbox waits there; commands are refused at once. */
export class NatsUnavailable extends LockkeeperError {
  constructor(cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'nats_unavailable',
      title: 'The message server is away',
      detail: 'NATS cannot be reached at the moment.',
      hint: 'Reading tokens goes on meanwhile. Try again in a few seconds.',
      retryAfterSeconds: 5,
      cause,
    });
  }
}

/** NATS is there, and nobody answers commands. */
export class CommandUnanswered extends LockkeeperError {
  constructor(subject: string, cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'command_unanswered',
      title: 'The other workspace is away',
      detail: `Nobody answers \`${subject}\` at the moment.`,
      hint: 'The credentials workspace is not running, or cannot reach NATS. Try again when it is back.',
      retryAfterSeconds: 5,
      cause,
    });
  }
}

/** The command may have been carried out all the same: its answer did not come in time. */
export class CommandDeadlinePassed extends LockkeeperError {
  constructor(subject: string, timeoutMs: number, cause?: unknown) {
    super({
      kind: 'deadline',
      code: 'command_deadline',
      title: 'No answer in time',
      detail: `\`${subject}\` was not answered within ${timeoutMs} ms; it may still be carried out.`,
      hint: 'Look at the result before asking again.',
      retryAfterSeconds: 2,
      cause,
    });
  }
}

/** The other workspace answered, and its answer is no. */
export class CommandRefused extends LockkeeperError {
  constructor({ error }: CommandRefusal) {
    const { kind, code, title, detail, hint, retryAfterSeconds } = error;
    // Both sides use the same kinds; the contract only can't say which, since it imports nothing.
    const told = {
      kind: kind as ErrorKind,
      hint: hint ?? undefined,
      retryAfterSeconds: retryAfterSeconds ?? undefined,
    };
    super({ ...told, code, title, detail });
  }
}

/** A command that can't be read. Answered, never retried. */
export class CommandMalformed extends LockkeeperError {
  constructor(cause?: unknown) {
    super({
      kind: 'invalid',
      code: 'command_malformed',
      title: 'The command cannot be read',
      detail: 'The command is not a JSON object.',
      cause,
    });
  }
}

/** The stream did not take a message, for another reason than NATS being away. */
export class PublishRefused extends LockkeeperError {
  constructor(subject: string, why: string, cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'publish_refused',
      title: 'The stream did not take the message',
      detail: `\`${subject}\` was not stored: ${why}.`,
      hint: 'Check that the streams exist (they are made when the installation is set up) and that this user may publish there.',
      cause,
    });
  }
}

/** A stream can't be read by place. What is delivered otherwise, by a durable or live, is not touched by it. */
export class StreamUnreadable extends LockkeeperError {
  constructor(stream: string, why: string, cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'stream_unreadable',
      title: 'A stream cannot be read',
      detail: `${stream} can’t be read by place: ${why}.`,
      hint: `The stream must exist with \`allow_direct\`, and this workspace’s NATS user must be permitted \`$JS.API.DIRECT.GET.${stream}\`.`,
      retryAfterSeconds: 5,
      cause,
    });
  }
}

/** The subject holds another last message than the one expected: somebody else wrote, or the stream was restored. */
export class WrongLastSequence extends LockkeeperError {
  constructor(subject: string, expected: number, cause?: unknown) {
    super({
      kind: 'conflict',
      code: 'wrong_last_sequence',
      title: 'The subject’s last message is another one',
      detail: `\`${subject}\` does not end at sequence ${expected}.`,
      cause,
    });
  }
}

/** An answer came that isn't one: the two workspaces are of versions that don't fit. */
export class ReplyMalformed extends LockkeeperError {
  constructor(subject: string, cause?: unknown) {
    super({
      kind: 'internal',
      code: 'reply_malformed',
      title: 'The answer cannot be read',
      detail: `The answer to \`${subject}\` is not a JSON object.`,
      hint: 'Run the same version of Lockkeeper in both workspaces.',
      cause,
    });
  }
}
