import { setTimeout as delay } from 'node:timers/promises';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { CommandRefusal } from '@lockkeeper/contracts';
import { LockkeeperError, toProblem } from '@lockkeeper/doors';
import { currentRequestId } from '@lockkeeper/observability';
import { CommandContext } from './command.context.js';
import { framesOf, resultOf, underItsRequest } from './message-work.js';
import { CommandDeadlinePassed, CommandMalformed } from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';

type State = 'connected' | 'disconnected';

/**
 * Commands by request and reply: `@MessagePattern<string>('lockkeeper.commands.refresh', CommandServer.ID)` on a controller with
 * PassThroughRpcFilter. Each command reaches one replica (a queue group), and is always answered: with the result, or with a refusal.
 */
export class CommandServer extends Server<Record<string, () => void>, State> implements CustomTransportStrategy {
  static readonly ID = Symbol('COMMANDS');
  override readonly transportId = CommandServer.ID;

  private readonly inFlight = new Set<Promise<void>>();
  private subscriptions: Subscription[] = [];
  private closing = false;

  constructor(
    private readonly link: NatsLink,
    private readonly queue: string,
  ) {
    super();
    link.stateChanges.subscribe((state) => this._status$.next(state === 'connected' ? 'connected' : 'disconnected'));
  }

  /** Ready at once, whether NATS is there or not. */
  listen(callback: (error?: unknown) => void): void {
    this.link.open().useEachConnection((connection) => {
      if (!this.closing) this.subscribe(connection);
    });
    callback();
  }

  /** Takes no more commands; answers those it took. The link closes later. */
  async close(): Promise<void> {
    this.closing = true;
    const open = this.subscriptions.filter((subscription) => !subscription.isClosed());
    if (this.link.state === 'connected') await Promise.allSettled(open.map((subscription) => subscription.drain()));
    await Promise.allSettled([...this.inFlight]);
  }

  on(): never {
    throw new Error('Use the observable `status`.');
  }

  unwrap<T>(): T {
    return this.link as T;
  }

  private subscribe(connection: NatsConnection): void {
    this.subscriptions = [...this.messageHandlers].map(([subject, handler]) =>
      connection.subscribe(subject, {
        queue: this.queue,
        callback: (error, message) => {
          if (error) this.logger.error({ event: 'commands_not_heard', subject, reason: error.message });
          else this.take(message, handler);
        },
      }),
    );
  }

  private take(message: Msg, handler: MessageHandler): void {
    const work: Promise<void> = underItsRequest(message.headers, () => this.answer(message, handler))
      .catch((error: unknown) => this.logger.error({ event: 'command_reply_failed', frames: framesOf(error) }))
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
  }

  private async answer(message: Msg, handler: MessageHandler): Promise<void> {
    const context = new CommandContext([message]);
    const reply = await this.carryOut(context, handler).catch((error: unknown) => this.refusal(context, error));
    message.respond(JSON.stringify(reply));
  }

  private async carryOut(context: CommandContext, handler: MessageHandler): Promise<unknown> {
    const command = readCommand(context.getArgByIndex(0) as Msg);
    const timer = new AbortController();
    const granted = context.remainingMs;
    const tooLate = delay(granted, undefined, { signal: timer.signal }).then(() => {
      throw new CommandDeadlinePassed(context.subject, granted);
    });
    try {
      return (await Promise.race([this.handled(handler, command, context), tooLate])) ?? {};
    } finally {
      timer.abort();
      tooLate.catch(() => undefined); // aborted: nobody waits for it any more
    }
  }

  private handled(handler: MessageHandler, command: object, context: CommandContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.runWithProcessingHooks(context, async (end) => {
        await resultOf(handler(command, context)).then(resolve, reject).finally(end);
      });
    });
  }

  private refusal({ subject }: CommandContext, error: unknown): CommandRefusal {
    const { code, title, detail, hint } = toProblem(error, currentRequestId());
    const ours = error instanceof LockkeeperError ? error : null;
    if (!ours || ours.kind === 'internal')
      this.logger.error({ event: 'command_failed', subject, code, frames: framesOf(error) });
    return {
      error: {
        code,
        title,
        detail,
        hint,
        kind: ours?.kind ?? 'internal',
        retryAfterSeconds: ours?.retryAfterSeconds ?? null,
      },
    };
  }
}

function readCommand(message: Msg): object {
  let command: unknown;
  try {
    command = message.json();
  } catch (cause) {
    throw new CommandMalformed(cause);
  }
  if (typeof command !== 'object' || command === null || Array.isArray(command)) throw new CommandMalformed();
  return command;
}
