import { setTimeout as pause } from 'node:timers/promises';
import type { Door } from './door.js';
import { KeyUnavailable, LockkeeperProblem, LockkeeperUnreachable } from './errors.js';
import type { HeardEvent, LockkeeperEvent } from './event-types.js';
import type { EventOptions, MissedEvents } from './types.js';

const RECONNECT_MS = 1000;
const LONGEST_RECONNECT_MS = 30_000;
/** A heartbeat comes every 15 seconds, 60 at most. */
const SILENT_MS = 75_000;
const MISSED = 'events_missed';

interface Frame {
  id: string | null;
  type: string | null;
  data: string | null;
}

export interface Listening extends EventOptions {
  /** Told whenever the stream begins, and whenever it is lost. */
  onState?: (listening: boolean) => void;
}

/** Server-sent events, from where the last one left off, whatever happens to the connection in between. Ends with the signal alone. */
export async function* listen(door: Door, options: Listening): AsyncGenerator<HeardEvent, void, undefined> {
  const { signal, onState } = options;
  /** Whether anything was ever told. */
  let begun = false;
  let place = options.lastEventId ?? null;
  let failures = 0;
  while (!signal?.aborted) {
    try {
      for await (const frame of framesOf(door, options, place)) {
        [begun, failures] = [true, 0];
        place = frame.id ?? place;
        yield* eventsIn(frame, place, options);
      }
    } catch (error) {
      if (!signal?.aborted && !mayPass(error, begun)) throw error;
      failures += 1;
    } finally {
      onState?.(false);
    }
    const wait = Math.min(LONGEST_RECONNECT_MS, RECONNECT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    await pause(wait, undefined, { ...(signal && { signal }) }).catch(() => undefined); // aborted: the loop ends
  }
}

/** A frame without data is a heartbeat: its place counts, and nothing else. */
function* eventsIn({ type, data }: Frame, lastEventId: string | null, { onMissed }: Listening): Generator<HeardEvent> {
  if (data === null) return;
  if (type === MISSED) onMissed?.(JSON.parse(data) as MissedEvents);
  else yield { ...(JSON.parse(data) as LockkeeperEvent), lastEventId };
}

/** What asking again can't mend is the caller's to know, and so is what its own `onMissed` throws. */
function mayPass(error: unknown, begun: boolean): boolean {
  if (error instanceof LockkeeperProblem) return error.status >= 500 || error.status === 429;
  // A function that never gave a key is a mistake; one that gives none now and then has an issuer that is away.
  return error instanceof LockkeeperUnreachable || (begun && error instanceof KeyUnavailable);
}

async function* framesOf(door: Door, options: Listening, place: string | null): AsyncGenerator<Frame> {
  const { apiService, type, connection, signal, onState } = options;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ apiService, type, connection })) if (value) query.set(name, value);
  const response = await door.ask(`/v1/events?${query}`, {
    headers: { accept: 'text/event-stream', ...(place !== null && { 'last-event-id': place }) },
    signal,
  });
  onState?.(true);
  const reader = (response.body!.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>).getReader();
  // Told to the reader itself: what fetch makes of a signal once it has answered can be collected as garbage, and then nothing ends.
  const giveUp = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', giveUp, { once: true });
  const frames = new FrameReader();
  let timer = setTimeout(giveUp, SILENT_MS);
  try {
    if (signal?.aborted) return;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENT_MS);
      yield* frames.take(part.value);
    }
  } catch (error) {
    throw new LockkeeperUnreachable(door.url, error); // it broke off
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    giveUp();
  }
}

/** The HTML standard, 9.2.6, as far as Lockkeeper uses it: what is left of one piece of text is read with the next one. */
class FrameReader {
  private rest = '';

  take(text: string): Frame[] {
    const blocks = `${this.rest}${text}`.split('\n\n');
    this.rest = blocks.pop()!;
    return blocks.map((block) => {
      const lines = block.split('\n');
      const data = valuesOf(lines, 'data');
      const [id = null, type = null] = [valuesOf(lines, 'id').at(-1), valuesOf(lines, 'event').at(-1)];
      return { id, type, data: data.length === 0 ? null : data.join('\n') };
    });
  }
}

const valuesOf = (lines: string[], field: string): string[] =>
  lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
