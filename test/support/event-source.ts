import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { eventually } from './eventually.js';

export interface Told {
  id: string;
  type: string;
  event: LockkeeperEvent;
}

/** Listens to server-sent events, read as the HTML standard says, with nothing but fetch. */
export class EventSource {
  readonly told: Told[] = [];
  heartbeats = 0;
  /** The last id that was told, with an event or without. */
  lastId: string | null = null;
  ended = false;
  private readonly cut = new AbortController();
  private paused: Promise<void> = Promise.resolve();
  private resume: () => void = () => undefined;

  private constructor(readonly response: Response) {
    void this.read();
  }

  /** @returns once the answer has begun */
  static async open(url: string, key: string, lastEventId?: string | null): Promise<EventSource> {
    const headers = { authorization: `Bearer ${key}`, ...(lastEventId && { 'last-event-id': lastEventId }) };
    const cut = new AbortController();
    const response = await fetch(url, { headers, signal: cut.signal });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const source = new EventSource(response);
    source.cut.signal.addEventListener('abort', () => cut.abort());
    return source;
  }

  close(): void {
    this.resume();
    this.cut.abort();
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
    try {
      for await (const chunk of this.response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const frames = text.split('\n\n');
        text = frames.pop()!;
        for (const frame of frames) this.take(frame);
        await this.paused;
      }
    } catch (error) {
      if (!this.cut.signal.aborted && (error as Error).name !== 'TypeError') throw error; // cut off from the other side
    }
    this.ended = true;
  }

  private take(frame: string): void {
    const fields = frame.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)!.slice(1) as [string, string]);
    const { id, event: type, data } = Object.fromEntries(fields);
    if (id !== undefined) this.lastId = id;
    if (data !== undefined)
      this.told.push({ id: this.lastId!, type: type!, event: JSON.parse(data) as LockkeeperEvent });
    else if (fields.some(([name]) => name === '')) this.heartbeats += 1;
  }
}
