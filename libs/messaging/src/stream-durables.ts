import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { NatsUnavailable } from './messaging.errors.js';
import type { NatsLink } from './nats-link.js';

export interface Durable {
  name: string;
  filterSubject: string;
  /** The first message of the stream that may be delivered. */
  startSequence: number;
  /** Forgotten by the server once nobody has pulled for this long. */
  idleDays: number;
}

const CONSUMER_NOT_FOUND = 10014;
const DAY_MS = 86_400_000;
const TIMEOUT_MS = 5000;
/** Short: what was under way when a client renewed its user comes again only after it. */
const ACK_WAIT_MS = 10_000;

/** Durables of one stream, made for others to pull from. */
export class StreamDurables {
  constructor(
    private readonly link: NatsLink,
    private readonly stream: string,
  ) {}

  /** One that is there already keeps its place. @throws NatsUnavailable */
  async make({ name, filterSubject, startSequence, idleDays }: Durable): Promise<void> {
    await this.ask((manager) =>
      manager.consumers.add(this.stream, {
        name,
        durable_name: name,
        filter_subject: filterSubject,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ACK_WAIT_MS),
        max_deliver: -1,
        max_ack_pending: 1000,
        inactive_threshold: nanos(idleDays * DAY_MS),
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: startSequence,
      }),
    );
  }

  /** Whoever pulls from it gets nothing more, at once. One that isn't there is removed already. @throws NatsUnavailable */
  async remove(name: string): Promise<void> {
    await this.askIfThere((manager) => manager.consumers.delete(this.stream, name));
  }

  /** @throws NatsUnavailable */
  async isThere(name: string): Promise<boolean> {
    return (await this.info(name)) !== null;
  }

  /** Where the stream goes on: the place of the next message that it stores. @throws NatsUnavailable */
  async end(): Promise<number> {
    return (await this.ask((manager) => manager.streams.info(this.stream))).state.last_seq + 1;
  }

  /** The place from which on something is not acknowledged yet; null if everything is, or if there is no such durable. @throws NatsUnavailable */
  async unread(name: string): Promise<number | null> {
    const info = await this.info(name);
    const outstanding = info !== null && info.num_pending + info.num_ack_pending > 0;
    return outstanding ? info.ack_floor.stream_seq + 1 : null;
  }

  private info(name: string): Promise<ConsumerInfo | null> {
    return this.askIfThere((manager) => manager.consumers.info(this.stream, name));
  }

  private async askIfThere<T>(question: (manager: JetStreamManager) => Promise<T>): Promise<T | null> {
    try {
      return await this.ask(question);
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof JetStreamApiError && cause.code === CONSUMER_NOT_FOUND) return null;
      throw error;
    }
  }

  private async ask<T>(question: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const { connection } = this.link;
    try {
      return await question(await jetstreamManager(connection, { checkAPI: false, timeout: TIMEOUT_MS }));
    } catch (error) {
      throw new NatsUnavailable(error);
    }
  }
}
