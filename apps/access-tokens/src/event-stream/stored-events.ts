import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EVENTS, LIVE_EVENTS, STREAMS, storedEventSubject } from '@lockkeeper/contracts';
import {
  NatsLink,
  NatsUnavailable,
  type StoredMessage,
  StreamReader,
  StreamTail,
  subjectMatches,
} from '@lockkeeper/messaging';

/** Some of the stream's events, in its order, and how far they reach. */
export interface Stretch {
  messages: StoredMessage[];
  /** Everything up to here was looked at. */
  place: number;
}

const STRETCH = 100;

/** The stream of events as one replica sees it: the newest in memory, the others where they are stored. */
@Injectable()
export class StoredEvents implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly reader: StreamReader;
  private readonly tail: StreamTail;

  constructor(link: NatsLink) {
    this.reader = new StreamReader(link, STREAMS.events);
    const options = { subject: EVENTS, liveSubject: LIVE_EVENTS, storedSubject: storedEventSubject };
    this.tail = new StreamTail(link, this.reader, options);
  }

  onApplicationBootstrap(): void {
    this.tail.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.tail.stop();
  }

  /** The newest event's place. @throws NatsUnavailable if it could not be learnt since the start */
  get end(): number {
    if (this.tail.end === null) throw new NatsUnavailable();
    return this.tail.end;
  }

  /** What comes next after a place, a limited number of it. @param subject may hold wildcards @throws NatsUnavailable, StreamUnreadable */
  async after(place: number, subject: string): Promise<Stretch> {
    const kept = this.tail.after(place)?.slice(0, STRETCH);
    if (!kept) return this.readAfter(place, subject);
    const messages = kept.filter((message) => subjectMatches(subject, message.subject));
    return { messages, place: kept.at(-1)?.sequence ?? place };
  }

  /** Waits until there is something after a place. @returns false if there is nothing in time, or if the signal ends the wait */
  beyond(place: number, wait: { timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    return this.tail.beyond(place, wait);
  }

  private async readAfter(place: number, subject: string): Promise<Stretch> {
    const messages: StoredMessage[] = [];
    // Taken first: what is stored while we read is beyond it, and is not passed over.
    const { end } = this;
    while (messages.length < STRETCH) {
      const next = await this.reader.next(messages.at(-1)?.sequence ?? place, subject);
      if (!next) return { messages, place: Math.max(end, messages.at(-1)?.sequence ?? 0) };
      messages.push(next);
    }
    return { messages, place: messages.at(-1)!.sequence };
  }
}
