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
/** Every listener has one of its own in hand, also while it takes nothing. */
const STRETCH_CHARACTERS = 1_000_000;

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
    const newer = this.tail.after(place);
    if (!newer) return this.readAfter(place, subject);
    const kept = newer.slice(0, lengthOfStretch(newer));
    const messages = kept.filter((message) => subjectMatches(subject, message.subject));
    return { messages, place: kept.at(-1)?.sequence ?? place };
  }

  /**
   * What lies after a place and isn't kept any more, as the places around it; null if everything is. Ids have no holes: a stream loses nothing but its
   * beginning. @throws NatsUnavailable, StreamUnreadable
   */
  async missedAfter(place: number): Promise<{ after: number; until: number } | null> {
    const { end } = this;
    // Of a stream that was there before this one.
    if (place > end) return { after: place, until: end };
    if (place === end || this.tail.after(place) !== null) return null;
    const first = (await this.reader.next(place, EVENTS))?.sequence ?? end + 1;
    return first > place + 1 ? { after: place, until: first } : null;
  }

  /** Waits until there is something after a place. @returns false if there is nothing in time, or if the signal ends the wait */
  beyond(place: number, wait: { timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    return this.tail.beyond(place, wait);
  }

  private async readAfter(place: number, subject: string): Promise<Stretch> {
    const messages: StoredMessage[] = [];
    // Taken first: what is stored while we read is beyond it, and is not passed over.
    const { end } = this;
    for (let characters = 0; messages.length < STRETCH && characters < STRETCH_CHARACTERS;) {
      const next = await this.reader.next(messages.at(-1)?.sequence ?? place, subject);
      if (!next) return { messages, place: Math.max(end, messages.at(-1)?.sequence ?? 0) };
      messages.push(next);
      characters += next.text.length;
    }
    return { messages, place: messages.at(-1)!.sequence };
  }
}

/** Up to the one that makes it long enough. */
function lengthOfStretch(messages: readonly StoredMessage[]): number {
  let [length, characters] = [0, 0];
  while (length < Math.min(messages.length, STRETCH) && characters < STRETCH_CHARACTERS) {
    characters += messages[length]!.text.length;
    length += 1;
  }
  return length;
}
