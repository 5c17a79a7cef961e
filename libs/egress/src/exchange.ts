import type { IncomingHttpHeaders } from 'node:http';
import { LockkeeperError } from '@lockkeeper/doors';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { AnswerTooLarge, EgressRefused, EgressTimeout, EgressUnreachable } from './egress.errors.js';
import type { Breakage } from './egress.errors.js';

export interface ExchangeSettings {
  host: string;
  timeoutMs: number;
  maxResponseBytes: number;
  beginWithinMs?: number | undefined;
  onSent?: (() => void) | undefined;
}

/**
 * One request on its way, told by undici what happens to it: knows from when on the other side may have seen it,
 * counts the answer's bytes as they come, and ends by its deadline whatever the phase. What is made of the answer, a kind of exchange says.
 */
export abstract class Exchange<Answer> implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  protected controller: Dispatcher.DispatchController | undefined;
  private resolve: (answer: Answer) => void;
  private reject: (error: LockkeeperError) => void;
  private readonly startedAt = performance.now();
  private readonly startedOn = Date.now();
  private deadline: NodeJS.Timeout | undefined;
  /** Of `performance.now()`, like `ringsAt`: when it has to be over, and when the timer looks whether it is. */
  private endsAt: number;
  private ringsAt: number;
  private ended = false;
  private sent = false;
  private size = 0;

  constructor(protected readonly settings: ExchangeSettings) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.endWithin(settings.timeoutMs);
  }

  /** Called when there is a connection and before the first byte is written; aborted here, nothing is written at all. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isTooLate) this.fail(this.late());
    if (this.ended) return controller.abort(new errors.RequestAbortedError());
    this.controller = controller;
    this.sent = true;
    if (this.settings.onSent) setImmediate(this.settings.onSent);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return; // RFC 9110 section 15.2: interim, the real answer follows
    if (Number(headers['content-length']) > this.settings.maxResponseBytes) return this.refuseSize();
    this.begun(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.settings.maxResponseBytes) return this.refuseSize();
    this.received(chunk, controller);
  }

  onResponseEnd(): void {
    if (this.end()) this.completed();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.meaningOf(error));
  }

  /** Ends it with undici's own complaint about what it was asked to send. */
  malformed(error: Error): void {
    this.fail(this.meaningOf(error));
  }

  protected abstract begun(status: number, headers: IncomingHttpHeaders): void;
  protected abstract received(chunk: Buffer, controller: Dispatcher.DispatchController): void;
  protected abstract completed(): void;

  protected settle(answer: Answer): void {
    this.resolve(answer);
  }

  protected fail(error: LockkeeperError): void {
    if (!this.end()) return;
    this.reject(error);
    this.controller?.abort(error);
  }

  protected get isOver(): boolean {
    return this.ended;
  }

  /** True for whoever ends it first. */
  protected end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.deadline);
    return true;
  }

  /** Takes the place of the deadline before. A later one waits for the timer of an earlier one: to set another for every request costs more. */
  protected endWithin(milliseconds: number): void {
    this.endsAt = performance.now() + milliseconds;
    if (this.deadline !== undefined && this.endsAt >= this.ringsAt) return;
    clearTimeout(this.deadline);
    this.ringsAt = this.endsAt;
    this.deadline = setTimeout(this.ring, milliseconds);
  }

  private readonly ring = (): void => {
    const leftMs = this.endsAt - performance.now();
    // Timers are whole milliseconds, and may ring a fraction early.
    if (leftMs < 1) return this.fail(this.late());
    this.deadline = undefined;
    this.endWithin(leftMs);
  };

  protected get elapsedMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  protected late(): EgressTimeout {
    return new EgressTimeout(this.sent ? 'total' : 'connect', this.occasion());
  }

  protected occasion(cause?: Error): { host: string; sent: boolean; cause?: Error } {
    return { host: this.settings.host, sent: this.sent, ...(cause && { cause: withoutData(cause) }) };
  }

  /** By both clocks: the steady one stands still while the machine sleeps, the other one can be set. */
  private get isTooLate(): boolean {
    const waitedMs = Math.max(performance.now() - this.startedAt, Date.now() - this.startedOn);
    return waitedMs > (this.settings.beginWithinMs ?? Infinity);
  }

  private refuseSize(): void {
    this.fail(new AnswerTooLarge(this.settings.host, this.settings.maxResponseBytes));
  }

  private meaningOf(error: Error): LockkeeperError {
    // Ours already: egress' own, or why the body that was to be sent ended early.
    if (error instanceof LockkeeperError) return error;
    if (error instanceof errors.ConnectTimeoutError) return new EgressTimeout('connect', this.occasion(error));
    if (error instanceof errors.HeadersTimeoutError) return new EgressTimeout('headers', this.occasion(error));
    if (error instanceof errors.BodyTimeoutError) return new EgressTimeout('body', this.occasion(error));
    if (error instanceof errors.InvalidArgumentError) {
      return new EgressRefused({ reason: 'header', detail: 'The request can’t be written as HTTP.', cause: error });
    }
    return new EgressUnreachable(this.sent ? 'connection_lost' : breakageOf(error), this.occasion(error));
  }
}

/** undici's parser error carries the bytes that it stumbled over, which may hold a token; causes end up in logs. */
function withoutData(error: Error): Error {
  if ('data' in error) delete error.data;
  return error;
}

const DNS_FAILURES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL', 'ETIMEOUT']);
const TLS_FAILURES =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_OSSL_|EPROTO$|HOSTNAME_MISMATCH$)/;

function breakageOf(error: Error): Breakage {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (DNS_FAILURES.has(code)) return 'dns';
  return TLS_FAILURES.test(code) ? 'tls' : 'connect';
}
