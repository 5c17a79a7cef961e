import { Readable } from 'node:stream';

export interface Peeked {
  /** Null where it was longer, or hadn't come in time. */
  whole: Buffer | null;
  /** The same bytes from the first on, the rest as it comes. */
  body: Readable;
}

/** Looks at the beginning of a stream, without keeping whoever wants it for longer than that. A stream that breaks does so in `body`. */
export async function peeked(
  source: Readable,
  { mostBytes, longestMs }: { mostBytes: number; longestMs: number },
): Promise<Peeked> {
  const beginning = new Beginning(source, mostBytes);
  const ended = await beginning.within(longestMs);
  return { whole: ended ? Buffer.concat(beginning.chunks) : null, body: new Replayed(source, beginning.chunks, ended) };
}

/** Reads on until there is enough, the end, or no time left. */
class Beginning {
  readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly source: Readable,
    private readonly mostBytes: number,
  ) {}

  /** @returns whether the source has ended by itself */
  within(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (ended: boolean) => () => {
        clearTimeout(timer);
        this.source.off('data', take).off('end', end).off('close', stop).pause();
        resolve(ended);
      };
      const [end, stop] = [settle(true), settle(false)];
      const timer = setTimeout(stop, milliseconds);
      const take = (chunk: Buffer): void => {
        this.chunks.push(chunk);
        this.size += chunk.length;
        if (this.size > this.mostBytes) stop();
      };
      this.source.on('data', take).once('end', end).once('close', stop);
    });
  }
}

/** What was read already, and then the source, no faster than it is read; it ends, breaks and is destroyed together with it. */
class Replayed extends Readable {
  private flowing = false;

  constructor(
    private readonly source: Readable,
    private readonly chunks: readonly Buffer[],
    private readonly ended: boolean,
  ) {
    super();
    // Whoever reads it hears of its end; nobody else has to, and an unheard error would end the process.
    this.on('error', () => undefined);
  }

  override _read(): void {
    if (this.flowing) return void this.source.resume();
    this.flowing = true;
    for (const chunk of this.chunks) this.push(chunk);
    if (this.ended || this.source.readableEnded) return void this.push(null);
    if (this.source.destroyed) return void this.destroy(this.source.errored ?? undefined);
    this.source
      .on('data', (chunk: Buffer) => {
        if (!this.push(chunk)) this.source.pause();
      })
      .once('end', () => this.push(null))
      .once('close', () => this.source.readableEnded || this.destroy(this.source.errored ?? undefined))
      .resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.source.destroy();
    done(error);
  }
}
