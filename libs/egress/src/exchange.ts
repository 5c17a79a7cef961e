import type { IncomingHttpHeaders } from 'node:http';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { EgressAnswer } from './answer.js';
import { AnswerTooLarge, EgressError, EgressRefused, EgressTimeout, EgressUnreachable } from './egress.errors.js';
import type { Breakage } from './egress.errors.js';

export interface ExchangeSettings {
  host: string;
  timeoutMs: number;
  maxResponseBytes: number;
}

/**
 * One request on its way, told by undici what happens to it: knows from when on the other side may have seen it,
 * counts the answer's bytes as they come, and ends by the total deadline whatever the phase.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<EgressAnswer>;
  private resolve: (answer: EgressAnswer) => void;
  private reject: (error: EgressError) => void;
  private readonly startedAt = performance.now();
  private readonly deadline: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private ended = false;
  private sent = false;
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly settings: ExchangeSettings) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.deadline = setTimeout(() => this.fail(this.late()), settings.timeoutMs);
  }

  /** Called when there is a connection and before the first byte is written; aborted here, nothing is written at all. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended) return controller.abort(new errors.RequestAbortedError());
    this.controller = controller;
    this.sent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return; // RFC 9110 section 15.2: interim, the real answer follows
    this.status = status;
    this.headers = flat(headers);
    if (Number(this.headers['content-length']) > this.settings.maxResponseBytes) this.refuseSize();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.settings.maxResponseBytes) return this.refuseSize();
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.end()) return;
    const durationMs = Math.round(performance.now() - this.startedAt);
    this.resolve(new EgressAnswer(this.status, this.headers, { bytes: Buffer.concat(this.chunks), durationMs }));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.meaningOf(error));
  }

  /** Ends it with undici's own complaint about what it was asked to send. */
  malformed(error: Error): void {
    this.fail(this.meaningOf(error));
  }

  private late(): EgressTimeout {
    return new EgressTimeout(this.sent ? 'total' : 'connect', this.occasion());
  }

  private refuseSize(): void {
    this.fail(new AnswerTooLarge(this.settings.host, this.settings.maxResponseBytes));
  }

  private fail(error: EgressError): void {
    if (!this.end()) return;
    this.reject(error);
    this.controller?.abort(error);
  }

  /** True for whoever ends it first. */
  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.deadline);
    return true;
  }

  private occasion(cause?: Error): { host: string; sent: boolean; cause?: Error } {
    return { host: this.settings.host, sent: this.sent, ...(cause && { cause: withoutData(cause) }) };
  }

  private meaningOf(error: Error): EgressError {
    if (error instanceof EgressError) return error;
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

/** Several values of one name are joined as RFC 9110 section 5.3 says; cookies, which can't be, are nothing that an API call keeps. */
function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => value !== undefined && name !== 'set-cookie');
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
