import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { eventsWith } from '@lockkeeper/contracts';
import { metrics } from '@lockkeeper/observability';
import { Gauge } from 'prom-client';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AudibleEvents } from './audible-events.js';
import { GREETING, eventFrame, heartbeatFrame, missedFrame } from './event-frames.js';
import type { EventQuery } from './event-stream.dto.js';
import { TooManyListeners } from './event-stream.errors.js';
import { StoredEvents } from './stored-events.js';

const listeners = new Gauge({
  name: 'lockkeeper_event_listeners',
  help: 'Listeners at /v1/events.',
  registers: [metrics],
});

const MOST_OF_ONE_KEY = 20;

export interface Listener {
  caller: Principal;
  query: EventQuery;
  /** The last place that it has heard of; null: it wants what happens from now on. */
  place: number | null;
  /** Aborted when the connection ends, or to end it. */
  life: AbortController;
}

/**
 * Tells listeners of events as they are stored. Each has nothing but a place in the stream, and is told as much as it takes: one that is
 * slow holds nothing up and costs no memory, it reads older events from the stream until it has caught up.
 */
@Injectable()
export class EventStream implements OnModuleDestroy {
  private readonly logger = new Logger('event-stream');
  /** Of all listeners that are here, to be ended with this workspace. */
  private readonly lives = new Set<AbortController>();
  private readonly countByKey = new Map<string, number>();

  constructor(
    private readonly stored: StoredEvents,
    private readonly audible: AudibleEvents,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Before the server waits for its connections to end. */
  onModuleDestroy(): void {
    for (const life of [...this.lives]) life.abort();
  }

  /**
   * Frames of server-sent events, until the listener goes, its key ends, or this workspace does.
   * @throws TooManyListeners, NatsUnavailable at once; later trouble ends the stream, and the listener comes back to where it was
   */
  open(listener: Listener): AsyncGenerator<string> {
    const { place, caller, life } = listener;
    const { end } = this.stored;
    // An id beyond the end is of another stream, which was there before this one: everything here is new.
    const start = place === null ? end : place > end ? 0 : place;
    this.count(caller.keyId, 1);
    this.lives.add(life);
    life.signal.addEventListener('abort', () => this.forget(listener), { once: true });
    return this.frames(listener, start);
  }

  private async *frames(listener: Listener, start: number): AsyncGenerator<string> {
    const { caller, query, life } = listener;
    const { signal } = life;
    const subject = eventsWith(query);
    let place = start;
    yield GREETING;
    try {
      // Who named no place is told where it begins, so that nothing is missed should the stream break off before the first event.
      if (listener.place === null) yield heartbeatFrame(start);
      const missed = listener.place ? await this.stored.missedAfter(listener.place) : null;
      if (missed) yield missedFrame(missed);
      while (!signal.aborted && (await this.audible.mayListen(caller))) {
        const stretch = await this.stored.after(place, subject);
        for (const { message, event } of await this.audible.of(caller, stretch.messages)) {
          yield eventFrame(message, event.type);
        }
        place = stretch.place;
        if (!(await this.stored.beyond(place, { timeoutMs: this.heartbeatMs, signal }))) yield heartbeatFrame(place);
      }
    } catch (error) {
      this.logger.warn({ event: 'listener_cut_off', err: error });
    }
  }

  private get heartbeatMs(): number {
    return this.settings.ACCESS_TOKENS_EVENTS_HEARTBEAT_SECONDS * 1000;
  }

  private forget({ life, caller }: Listener): void {
    this.lives.delete(life);
    this.count(caller.keyId, -1);
  }

  private count(keyId: string, change: 1 | -1): void {
    const count = (this.countByKey.get(keyId) ?? 0) + change;
    if (count > MOST_OF_ONE_KEY) throw new TooManyListeners(MOST_OF_ONE_KEY);
    if (count === 0) this.countByKey.delete(keyId);
    else this.countByKey.set(keyId, count);
    listeners.inc(change);
  }
}
