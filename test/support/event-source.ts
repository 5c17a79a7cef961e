import { type ClientRequest, type IncomingMessage, get } from 'node:http';
import { once } from 'node:events';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { eventually } from './eventually.js';

export interface Told {
  id: string;
  type: string;
  event: LockkeeperEvent;
}

/** Listens to server-sent events, read as the HTML standard says, over a connection of its own. */
export class EventSource {
  readonly told: Told[] = [];
  heartbeats = 0;
  /** What was told to be gone. */
  readonly missed: { after: number; until: number; detail: string }[] = [];
  /** The last id that was told, with an event or without. */
  lastId: string | null = null;
  ended = false;
  private paused: Promise<void> = Promise.resolve();
  private resume: () => void = () => undefined;

  private constructor(
    readonly response: IncomingMessage,
    private readonly request: ClientRequest,
  ) {
    void this.read();
  }

  /** @returns once the answer has begun */
  static async open(url: string, key: string, lastEventId?: string | null): Promise<EventSource> {
    const headers = { authorization: `Bearer ${key}`, ...(lastEventId && { 'last-event-id': lastEventId }) };
    const request = get(url, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode === 200) return new EventSource(response, request);
    request.destroy();
    throw new Error(`/v1/events answered ${response.statusCode}`);
  }

  close(): void {
    this.resume();
    this.request.destroy();
  }

  /** Takes nothing more from the connection until told to go on. @returns what makes it go on */
  pause(): () => void {
    this.paused = new Promise((resolve) => (this.resume = resolve));
    return this.resume;
  }

  subjects(): string[] {
    return this.told.map(({ event }) => event.subject);
  }

  async hears(connectionId: string, version = 1): Promise<Told> {
    const fits = ({ event }: Told): boolean => event.subject === connectionId && event.data.version === version;
    return eventually(() => this.told.find(fits), { what: `version ${version} of ${connectionId} is told` });
  }

  private async read(): Promise<void> {
    let text = '';
    this.response.setEncoding('utf8');
    try {
      for await (const chunk of this.response) {
        text += chunk;
        const frames = text.split('\n\n');
        text = frames.pop()!;
        for (const frame of frames) this.take(frame);
        await this.paused;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error; // cut off, from this side or the other
    }
    this.ended = true;
  }

  private take(frame: string): void {
    const fields = frame.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)!.slice(1) as [string, string]);
    const { id, event: type, data } = Object.fromEntries(fields);
    if (id !== undefined) this.lastId = id;
    if (type === 'events_missed') this.missed.push(JSON.parse(data!) as (typeof this.missed)[number]);
    else if (data !== undefined)
      this.told.push({ id: this.lastId!, type: type!, event: JSON.parse(data) as LockkeeperEvent });
    else if (fields.some(([name]) => name === '')) this.heartbeats += 1;
  }
}
