import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { useEffect, useRef, useState } from 'react';
import { CONSOLE_HEADER, presence } from '../../client/presence';
import { framesIn } from './frames';

/** As contracts tell it; the id is its place in the stream. */
export type HeardEvent = Pick<LockkeeperEvent, 'id' | 'type' | 'time' | 'subject' | 'data'>;

export interface EventFilter {
  apiService: string;
  type: string;
}

type State = 'connecting' | 'listening' | 'interrupted';
const KEPT = 200;
const AGAIN_MS = 3000;
/** The server listens to slugs only; half of one is no filter yet. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Server-sent events by fetch, because EventSource can't send the header that shows that a page of ours asks. Comes back to its place
 * after an interruption or a pause, so that nothing is missed.
 */
export function useEvents({ apiService, type }: EventFilter, paused: boolean): { events: HeardEvent[]; state: State } {
  const [events, setEvents] = useState<HeardEvent[]>([]);
  const [state, setState] = useState<State>('connecting');
  const place = useRef<string | null>(null);
  useEffect(() => {
    if (paused) return;
    const life = new AbortController();
    const hear = (event: HeardEvent): void =>
      setEvents((heard) => (heard.some(({ id }) => id === event.id) ? heard : [event, ...heard].slice(0, KEPT)));
    void keepListening({ url: addressOf(apiService, type), place, life: life.signal, hear, setState });
    return () => life.abort();
  }, [apiService, type, paused]);
  const fits = (event: HeardEvent): boolean =>
    (!SLUG.test(apiService) || event.data.apiService === apiService) && (!type || event.type === type);
  return { events: events.filter(fits), state };
}

function addressOf(apiService: string, type: string): string {
  const query = new URLSearchParams({ ...(SLUG.test(apiService) && { apiService }), ...(type && { type }) });
  return `/v1/events?${query}`;
}

interface Listening {
  url: string;
  place: { current: string | null };
  life: AbortSignal;
  hear: (event: HeardEvent) => void;
  setState: (state: State) => void;
}

async function keepListening(listening: Listening): Promise<void> {
  const { life, setState } = listening;
  while (!life.aborted) {
    await listen(listening).catch(() => undefined); // told by the state, and tried again
    if (life.aborted) return;
    setState('interrupted');
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function listen({ url, place, life, hear, setState }: Listening): Promise<void> {
  const headers = { [CONSOLE_HEADER]: presence(), ...(place.current && { 'last-event-id': place.current }) };
  const response = await fetch(url, { headers, signal: life });
  if (!response.ok || !response.body) return;
  setState('listening');
  for await (const { id, data } of framesIn(response.body)) {
    if (id) place.current = id;
    if (data) hear(JSON.parse(data) as HeardEvent);
  }
}
