import { Logger } from '@nestjs/common';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { reasonOf } from './dead-letters.js';
import type { NatsLink } from './nats-link.js';
import type { StoredMessage, StreamReader } from './stream-reader.js';

export interface StreamTailOptions {
  /** Everything in the stream. */
  subject: string;
  /** Where the stream republishes what it has stored. */
  liveSubject: string;
  /** The stream's own subject for a republished one. */
  storedSubject: (live: string) => string;
  /** The newest messages are kept for whoever is only a little behind. */
  kept?: number;
  /** And no more than so many characters of them. */
  keptCharacters?: number;
  /** How often the stream's end is looked for besides, in milliseconds: a live message can get lost, and none follow for a while. */
  lookEveryMs?: number;
}

/**
 * The end of a stream, as it moves. Live messages are heard as they come, and none is relied on: they are kept as long as they follow one
 * another without a gap; after a gap only the place is right, and whoever needs what lies before it reads it from the stream.
 */
export class StreamTail {
  private readonly logger = new Logger('stream-tail');
  private readonly options: Required<StreamTailOptions>;
  private readonly waiting = new Set<() => void>();
  private messages: StoredMessage[] = [];
  /** Of those. */
  private characters = 0;
  private place: number | null = null;
  private timer: NodeJS.Timeout | undefined;
  private look: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly link: NatsLink,
    private readonly reader: StreamReader,
    options: StreamTailOptions,
  ) {
    this.options = { kept: 2000, keptCharacters: 8_000_000, lookEveryMs: 2000, ...options };
  }

  start(): void {
    this.link.open().useEachConnection((connection) => this.listen(connection));
    this.lookForEver();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.look;
  }

  /** The place of the newest message; 0 in an empty stream, null if it isn't known yet. */
  get end(): number | null {
    return this.place;
  }

  /** All messages after a place; null if they are not all kept here. */
  after(place: number): StoredMessage[] | null {
    if (this.place === null || place >= this.place) return [];
    const first = this.messages[0]?.sequence;
    if (first === undefined || place + 1 < first) return null;
    return this.messages.slice(place + 1 - first);
  }

  /** Waits until the end lies beyond a place. @returns false if it does not in time, or if the signal ends the wait */
  async beyond(place: number, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while ((this.place ?? 0) <= place) {
      const left = deadline - Date.now();
      if (signal.aborted || left <= 0) return false;
      await this.movement(left, signal);
    }
    return true;
  }

  private movement(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  private listen(connection: NatsConnection): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) this.take(message);
      else this.logger.error({ event: 'live_not_heard', reason: error.message });
    };
    connection.subscribe(this.options.liveSubject, { callback });
    void this.lookAtTheEnd();
  }

  private take(message: Msg): void {
    const sequence = Number(message.headers?.get('Nats-Sequence'));
    if (!(sequence > 0) || (this.place !== null && sequence <= this.place)) return;
    if (sequence - 1 !== this.place) this.forgetAll();
    this.keep({ sequence, subject: this.options.storedSubject(message.subject), text: message.string() });
    this.moveTo(sequence);
  }

  private keep(message: StoredMessage): void {
    const { kept, keptCharacters } = this.options;
    this.messages.push(message);
    this.characters += message.text.length;
    // Seldom, because it copies: in between there are twice as many.
    if (this.messages.length > kept * 2 || this.characters > keptCharacters * 2) this.trim();
  }

  private trim(): void {
    const { kept, keptCharacters } = this.options;
    let from = 0;
    for (const { text } of this.messages) {
      if (this.messages.length - from <= kept && this.characters <= keptCharacters) break;
      this.characters -= text.length;
      from += 1;
    }
    this.messages = this.messages.slice(from);
  }

  private forgetAll(): void {
    [this.messages, this.characters] = [[], 0];
  }

  private moveTo(place: number): void {
    this.place = place;
    for (const wake of [...this.waiting]) wake();
  }

  private lookForEver(): void {
    this.look = this.lookAtTheEnd().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.lookForEver(), this.options.lookEveryMs);
    });
  }

  private async lookAtTheEnd(): Promise<void> {
    if (this.link.state !== 'connected') return;
    try {
      const end = (await this.reader.last(this.options.subject))?.sequence ?? 0;
      if (this.place !== null && end <= this.place) return;
      this.forgetAll();
      this.moveTo(end);
    } catch (error) {
      this.logger.warn({ event: 'end_not_seen', reason: reasonOf(error) });
    }
  }
}
