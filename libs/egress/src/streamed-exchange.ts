import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { EgressAbandoned, EgressTimeout } from './egress.errors.js';
import { Exchange } from './exchange.js';
import type { ExchangeSettings } from './exchange.js';

/** An answer whose body is still on its way. Read it to its end, or destroy it: it holds a connection. */
export interface EgressStream {
  status: number;
  /** Names in lower case; several values of one name as a list. */
  headers: Readonly<Record<string, string | string[]>>;
  /** The bytes as they come, compressed if they are. Ends with an EgressError if the answer breaks off. */
  body: Readable;
}

export interface StreamedExchangeSettings extends ExchangeSettings {
  /** Until the answer's headers are complete; `timeoutMs` is for all of it. */
  answerWithinMs: number;
  signal?: AbortSignal | undefined;
}

/** An exchange whose answer is handed on as it comes, no faster than it is read. */
export class StreamedExchange extends Exchange<EgressStream> {
  private body: Readable | null = null;

  constructor(private readonly streamed: StreamedExchangeSettings) {
    super({ ...streamed, timeoutMs: Math.min(streamed.answerWithinMs, streamed.timeoutMs) });
    streamed.signal?.addEventListener('abort', this.abandoned, { once: true });
    if (streamed.signal?.aborted) this.abandoned();
  }

  protected override begun(status: number, headers: IncomingHttpHeaders): void {
    this.endWithin(Math.max(this.streamed.timeoutMs - this.elapsedMs, 0));
    const body = new Readable({
      read: () => this.controller?.resume(),
      destroy: (error, done) => {
        this.abandoned();
        done(error);
      },
    });
    // Whoever reads it hears of its end; nobody else has to, and an unheard error would end the process.
    body.on('error', () => undefined);
    this.body = body;
    this.settle({ status, headers: defined(headers), body });
  }

  protected override received(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    if (this.body?.push(chunk) === false) controller.pause();
  }

  protected override completed(): void {
    this.body?.push(null);
  }

  protected override fail(error: Parameters<Exchange<EgressStream>['fail']>[0]): void {
    super.fail(error);
    this.body?.destroy(error);
  }

  protected override end(): boolean {
    this.streamed.signal?.removeEventListener('abort', this.abandoned);
    return super.end();
  }

  protected override late(): EgressTimeout {
    if (this.body !== null || this.controller === undefined) return super.late();
    return new EgressTimeout('headers', this.occasion());
  }

  /** Nobody wants the rest. */
  private readonly abandoned = (): void => this.fail(new EgressAbandoned(this.occasion()));
}

const defined = (headers: IncomingHttpHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined),
  );
