import { InvalidInput } from '@lockkeeper/doors';
import type { StoredMessage } from '@lockkeeper/messaging';

const RECONNECT_MS = 2000;

/** Server-sent events as the HTML standard (9.2, "Server-sent events") writes them. */
export const GREETING = `retry: ${RECONNECT_MS}\n\n`;

/** The id is the event's place in the stream, the data a CloudEvent on one line: JSON holds no line breaks. */
export function eventFrame({ sequence, text }: StoredMessage, type: string): string {
  return `id: ${sequence}\nevent: ${type}\ndata: ${text}\n\n`;
}

/** Without data no event is dispatched, but the id counts: who is told nothing for days needn't go through those days again. */
export const heartbeatFrame = (place: number): string => `: heartbeat\nid: ${place}\n\n`;

/** Without an id: who is cut off before the next event is told again. */
export function missedFrame(missed: { after: number; until: number }): string {
  const detail =
    'Events were stored after the last one that you were told, and are not kept any more. Read your connections anew.';
  return `event: events_missed\ndata: ${JSON.stringify({ ...missed, detail })}\n\n`;
}

/** @returns null if there is none @throws InvalidInput */
export function placeOf(lastEventId: string | string[] | undefined): number | null {
  if (lastEventId === undefined || lastEventId === '') return null;
  if (/^\d{1,15}$/.test(String(lastEventId))) return Number(lastEventId);
  throw new InvalidInput([{ pointer: '/Last-Event-ID', message: 'must be the id of an event of this stream' }]);
}
