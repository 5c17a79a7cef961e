import { setTimeout as delay } from 'node:timers/promises';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type Consumer, type ConsumerMessages, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DeadLetters, reasonOf } from './dead-letters.js';
import { JetStreamContext, PoisonMessageError } from './jetstream.context.js';
import { Footing } from './footing.js';
import { framesOf, resultOf, underItsRequest } from './message-work.js';
import type { NatsLink } from './nats-link.js';
import { subjectMatches } from './subjects.js';

export interface JetStreamServerOptions {
  stream: string;
  durable: string;
  /** What handlers get as payload; the text by default. What it throws makes the message poison. */
  decode?: (message: JsMsg) => unknown;
  /** Which errors no further try can help. PoisonMessageError always is one. */
  isPoison?: (error: unknown) => boolean;
  /** Failed tries after which a message is given up. None by default: a database that is away must not turn messages into dead letters. */
  maxAttempts?: number;
  /** Milliseconds until the next try. */
  backoffMs?: (attempt: number) => number;
  /** Messages worked on at once. */
  concurrency?: number;
  /**
   * Rejects while what handlers stand on is away. What fails meanwhile is held in hand, and goes on when it is back; given back, it would come again
   * after a delay that says nothing about that. Without it every failure is tried again with back-off.
   */
  standsOn?: (() => Promise<unknown>) | undefined;
  /** A slow handler reports progress this often; must be below the durable's ack_wait. */
  workingIntervalMs?: number;
}

type State = 'connected' | 'disconnected';

const PULL_EXPIRES_MS = 10_000;
/** Two of them missed make the client ask anew: how long a pull that got lost with a restart of the server can go unnoticed. */
const PULL_HEARTBEAT_MS = 2000;
const RETRY_MS = 1000;

/**
 * JetStream for Nest: `@EventPattern<string>('lockkeeper.publications.*', JetStreamServer.ID)` on a controller with PassThroughRpcFilter.
 * A message is acknowledged after its handler is done, tried again with back-off if that fails, and moved to the dead letters if it is poison.
 *
 * The durable is bound by name and never asked about (`bind`): across NATS accounts the server doesn't answer CONSUMER.INFO,
 * and a consumer that waits for that answer after a reconnect waits for ever.
 */
export class JetStreamServer extends Server<Record<string, () => void>, State> implements CustomTransportStrategy {
  static readonly ID = Symbol('JETSTREAM');
  override readonly transportId = JetStreamServer.ID;
  /** Without it Nest logs and swallows what handlers throw, and every message counts as done. */
  override readonly propagatesEventHandlerErrors = true;

  private readonly options: Required<Omit<JetStreamServerOptions, 'isPoison' | 'standsOn'>> & {
    isPoison: (error: unknown) => boolean;
  };
  private readonly deadLetters: DeadLetters;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly pumps = new Set<Promise<void>>();
  private readonly footing: Footing | null;
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | null = null;
  private closing = false;

  constructor(
    private readonly link: NatsLink,
    options: JetStreamServerOptions,
  ) {
    super();
    const usual = {
      decode: (message: JsMsg): string => message.string(),
      isPoison: (): boolean => false,
      maxAttempts: Number.POSITIVE_INFINITY,
      backoffMs: (attempt: number): number => Math.min(30_000, 200 * 2 ** (attempt - 1)),
      concurrency: 16,
      workingIntervalMs: 4000,
    };
    const { standsOn, ...rest } = options;
    this.options = { ...usual, ...rest };
    this.footing = standsOn ? new Footing(standsOn, this.stopping.signal) : null;
    this.deadLetters = new DeadLetters(link, options.stream, options.durable);
    link.stateChanges.subscribe((state) => this._status$.next(state === 'connected' ? 'connected' : 'disconnected'));
  }

  /** Ready at once, whether NATS is there or not: work begins with the connection. */
  listen(callback: (error?: unknown) => void): void {
    this.link.open().useEachConnection((connection) => {
      const pump: Promise<void> = this.pump(connection).finally(() => this.pumps.delete(pump));
      this.pumps.add(pump);
    });
    callback();
  }

  /** Pulls no more and lets running handlers finish, their acknowledgements included. The link closes later. */
  async close(): Promise<void> {
    this.closing = true;
    this.stopping.abort();
    this.messages?.stop();
    await Promise.allSettled([...this.pumps]);
    await Promise.allSettled([...this.inFlight]);
  }

  on(): never {
    throw new Error('Use the observable `status`.');
  }

  unwrap<T>(): T {
    return this.link as T;
  }

  private async pump(connection: NatsConnection): Promise<void> {
    const { stream, durable, concurrency } = this.options;
    // All that the client needs to know of it; what else the durable is, the provisioner decided.
    const info = { stream_name: stream, name: durable, config: { durable_name: durable } };
    const client = jetstream(connection, { checkAPI: false });
    const consumer = client.consumers.getConsumerFromInfo(
      info as Parameters<typeof client.consumers.getConsumerFromInfo>[0],
    );
    while (!this.closing && !connection.isClosed()) {
      await this.consume(consumer, concurrency).catch((error: Error) =>
        this.logger.error({ event: 'pull_failed', stream, durable, reason: error.message }),
      );
      if (!this.closing) await delay(RETRY_MS);
    }
  }

  private async consume(consumer: Consumer, concurrency: number): Promise<void> {
    const pull = {
      max_messages: concurrency * 2,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: PULL_HEARTBEAT_MS,
      bind: true,
    };
    this.messages = await consumer.consume(pull);
    for await (const message of this.messages) {
      if (this.closing)
        message.nak(); // for another replica, now instead of after ack_wait
      else await this.admit(message, concurrency);
    }
  }

  private async admit(message: JsMsg, concurrency: number): Promise<void> {
    const work: Promise<void> = underItsRequest(message.headers, () => this.workOn(message))
      .catch((error: unknown) =>
        this.logger.error({ event: 'message_lost_hold', subject: message.subject, frames: framesOf(error) }),
      )
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
    if (this.inFlight.size >= concurrency) await Promise.race(this.inFlight);
  }

  private async workOn(message: JsMsg): Promise<void> {
    const progress = setInterval(() => message.working(), this.options.workingIntervalMs);
    try {
      await this.handleOnceItCan(message);
      message.ack();
    } catch (error) {
      await this.failed(message, error);
    } finally {
      clearInterval(progress);
    }
  }

  private async handleOnceItCan(message: JsMsg): Promise<void> {
    for (;;) {
      try {
        return await this.handle(message);
      } catch (error) {
        if (this.isPoison(error) || !(await this.footing?.wasAway())) throw error;
      }
    }
  }

  private async handle(message: JsMsg): Promise<void> {
    const handler = this.handlerOf(message.subject);
    if (!handler) throw new PoisonMessageError('no handler for this subject');
    const payload = this.decoded(message);
    const context = new JetStreamContext([message]);
    await new Promise<void>((resolve, reject) => {
      this.runWithProcessingHooks(context, async (end) => {
        try {
          await resultOf(handler(payload, context));
          resolve();
        } catch (error) {
          reject(error);
        } finally {
          end();
        }
      });
    });
  }

  private handlerOf(subject: string): ReturnType<typeof this.messageHandlers.get> {
    for (const [pattern, handler] of this.messageHandlers) if (subjectMatches(pattern, subject)) return handler;
    return undefined;
  }

  private decoded(message: JsMsg): unknown {
    try {
      return this.options.decode(message);
    } catch (cause) {
      throw new PoisonMessageError('it cannot be decoded', { cause });
    }
  }

  private isPoison(error: unknown): boolean {
    return error instanceof PoisonMessageError || this.options.isPoison(error);
  }

  private async failed(message: JsMsg, error: unknown): Promise<void> {
    const attempt = message.info.deliveryCount;
    if (this.isPoison(error) || attempt >= this.options.maxAttempts) return this.deadLetters.moveThere(message, error);
    const { subject } = message;
    this.logger.warn({ event: 'message_failed', subject, attempt, reason: reasonOf(error), frames: framesOf(error) });
    message.nak(this.options.backoffMs(attempt));
  }
}
