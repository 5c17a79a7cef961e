import { Readable, type Writable } from 'node:stream';

/** Where an answer's bytes go as they come. */
export interface Outlet {
  /** @returns false where no more is wanted for now; `resume` of the source says when it is */
  take(chunk: Buffer): boolean;
  /** With the last of them, if there is any left. */
  end(last?: Buffer): void;
  /** No more will come. */
  break(error: Error): void;
}

/** What an answer's bytes come from; holds them until there is an outlet, no more than a little. */
export interface AnswerSource {
  /** Once. What came before goes through at once. */
  openTo(outlet: Outlet): void;
  resume(): void;
  /** Nobody wants the rest. */
  abandon(): void;
}

/** What whoever has an answer passed on still has a say in. */
export interface Passage {
  /** Before the first byte is written, or the end. */
  begins(): void;
  /** It broke off before that. */
  breaks(error: Error): void;
}

/**
 * An answer whose body is still on its way, compressed if it is. It holds a connection: read `body` to its end, or destroy it, or have the
 * bytes passed to where they are wanted.
 */
export class EgressStream {
  private readable: Readable | null = null;
  private over: (whole: boolean) => void = () => undefined;

  constructor(
    readonly status: number,
    /** Names in lower case; several values of one name as a list. */
    readonly headers: Readonly<Record<string, string | string[]>>,
    private readonly source: AnswerSource,
  ) {}

  /** The bytes as they come. Ends with an EgressError if the answer breaks off. */
  get body(): Readable {
    return this.readable ?? this.read(readableOf(this.source));
  }

  /** Who looked into it puts another one of the same bytes in its place. */
  set body(body: Readable) {
    this.read(body);
  }

  /** Tells once that nothing more comes of it, and whether whoever it was for had it to its end. */
  onceOver(over: (whole: boolean) => void): void {
    let told = false;
    this.over = (whole) => {
      if (told) return;
      told = true;
      over(whole);
    };
  }

  /** Nobody wants the rest. */
  destroy(): void {
    if (this.readable) this.readable.destroy();
    else this.source.abandon();
    this.over(false);
  }

  /** Writes the bytes there, no faster than they are taken, and ends it; destroys it where they break off after they began. */
  passTo(target: Writable, { begins, breaks }: Passage): void {
    if (target.destroyed) return this.destroy();
    const { readable, source } = this;
    let begun = false;
    const begin = (): void => {
      if (!begun) begins();
      begun = true;
    };
    const outlet = {
      take: (chunk: Buffer) => {
        begin();
        return target.write(chunk);
      },
      end: (last?: Buffer) => {
        begin();
        if (last) target.end(last);
        else target.end();
        this.over(true);
      },
      break: (error: Error) => {
        this.over(false);
        if (begun) target.destroy();
        else breaks(error);
      },
    };
    if (readable) readInto(readable, outlet);
    else source.openTo(outlet);
    if (target.writableEnded) return;
    target.on('drain', () => (readable ?? source).resume()).once('close', () => target.writableEnded || this.destroy());
  }

  private read(body: Readable): Readable {
    this.readable = body;
    body.once('close', () => {
      if (this.readable === body) this.over(body.readableEnded);
    });
    return body;
  }
}

function readableOf(source: AnswerSource): Readable {
  const body = new Readable({
    read: () => source.resume(),
    destroy: (error, done) => {
      source.abandon();
      done(error);
    },
  });
  // Whoever reads it hears of its end; nobody else has to, and an unheard error would end the process.
  body.on('error', () => undefined);
  source.openTo({
    take: (chunk) => body.push(chunk),
    end: (last) => {
      if (last) body.push(last);
      body.push(null);
    },
    break: (error) => void body.destroy(error),
  });
  return body;
}

function readInto(body: Readable, outlet: Outlet): void {
  body
    .on('data', (chunk: Buffer) => {
      if (!outlet.take(chunk)) body.pause();
    })
    .once('end', () => outlet.end())
    .once('error', (error) => outlet.break(error));
}
