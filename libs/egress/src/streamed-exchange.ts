import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { EgressStream, type AnswerSource, type Outlet } from './egress-stream.js';
import { EgressAbandoned, EgressTimeout } from './egress.errors.js';
import { Exchange } from './exchange.js';
import type { ExchangeSettings } from './exchange.js';

export interface StreamedExchangeSettings extends ExchangeSettings {
  /** Until the answer's headers are complete; `timeoutMs` is for all of it. */
  answerWithinMs: number;
  signal?: AbortSignal | undefined;
}

/** So much of a body is held for whoever wants it, before the other side has to wait. */
const HELD_BYTES = 64 * 1024;

/** An exchange whose answer is handed on as it comes, no faster than it is taken. */
export class StreamedExchange extends Exchange<EgressStream> implements AnswerSource {
  private readonly held: Buffer[] = [];
  private heldBytes = 0;
  private outlet: Outlet | null = null;
  private state: 'awaited' | 'begun' | 'whole' = 'awaited';
  private failure: Error | null = null;

  constructor(private readonly streamed: StreamedExchangeSettings) {
    super({ ...streamed, timeoutMs: Math.min(streamed.answerWithinMs, streamed.timeoutMs) });
    streamed.signal?.addEventListener('abort', this.abandon, { once: true });
    if (streamed.signal?.aborted) this.abandon();
  }

  /** Nobody wants the rest. */
  readonly abandon = (): void => {
    if (!this.isOver) this.fail(new EgressAbandoned(this.occasion()));
  };

  openTo(outlet: Outlet): void {
    this.outlet = outlet;
    const held = this.held.splice(0);
    const last = this.state === 'whole' ? held.pop() : undefined;
    let wantsMore = true;
    for (const chunk of held) wantsMore = outlet.take(chunk);
    if (this.state === 'whole') outlet.end(last);
    else if (this.failure) outlet.break(this.failure);
    else if (wantsMore) this.resume();
  }

  resume(): void {
    this.controller?.resume();
  }

  protected override begun(status: number, headers: IncomingHttpHeaders): void {
    this.endWithin(Math.max(this.streamed.timeoutMs - this.elapsedMs, 0));
    this.state = 'begun';
    this.settle(new EgressStream(status, defined(headers), this));
  }

  protected override received(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    if (!this.takes(chunk)) controller.pause();
  }

  protected override completed(): void {
    this.state = 'whole';
    this.outlet?.end();
  }

  protected override fail(error: Parameters<Exchange<EgressStream>['fail']>[0]): void {
    if (this.isOver) return;
    super.fail(error);
    this.failure = error;
    this.outlet?.break(error);
  }

  protected override end(): boolean {
    this.streamed.signal?.removeEventListener('abort', this.abandon);
    return super.end();
  }

  protected override late(): EgressTimeout {
    if (this.state !== 'awaited' || this.controller === undefined) return super.late();
    return new EgressTimeout('headers', this.occasion());
  }

  private takes(chunk: Buffer): boolean {
    if (this.outlet !== null) return this.outlet.take(chunk);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    return this.heldBytes < HELD_BYTES;
  }
}

function defined(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  // Without a prototype, for no name to reach it.
  const told = Object.create(null) as Record<string, string | string[]>;
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) told[name] = value;
  }
  return told;
}
