import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Agent } from 'undici';
import { AddressPolicy } from './address-policy.js';
import type { EgressAnswer } from './answer.js';
import { guardedConnector } from './connector.js';
import type { AddressLookup } from './connector.js';
import { EgressRefused } from './egress.errors.js';
import type { Exchange, ExchangeSettings } from './exchange.js';
import { StreamedExchange } from './streamed-exchange.js';
import type { EgressStream } from './streamed-exchange.js';
import { WholeExchange } from './whole-exchange.js';

export interface EgressOptions {
  /** CIDRs of private networks that may be called, plain http included. Empty in production. */
  allowedNetworks?: readonly string[];
  /** For the whole of a request: name, connection, TLS, answer. */
  timeoutMs?: number;
  /** For a connection with TLS. */
  connectTimeoutMs?: number;
  /** Until the answer's headers are complete, and between two parts of its body. */
  silenceTimeoutMs?: number;
  maxResponseBytes?: number;
  /** Path of a PEM file with a private certificate authority, trusted besides the public ones. */
  caFile?: string | undefined;
  /**
   * Keep connections for later requests. Off by default: a request on a connection that the other side is just closing
   * fails after it was written, and nobody can tell whether it was acted upon. A refresh must not have that doubt.
   */
  keepAlive?: boolean;
  /** Resolves names; node:dns by default. */
  lookup?: AddressLookup;
}

export interface EgressRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | undefined;
  /** Shortens (never lengthens) the time for the whole of this request. */
  timeoutMs?: number;
}

export interface EgressStreamRequest extends Omit<EgressRequest, 'body'> {
  /** A stream is destroyed with the request; an error of its own, if it is a LockkeeperError, is what the request ends with. */
  body?: string | Uint8Array | Readable | undefined;
  /** How many bytes a stream will give, if that is known: sent as its Content-Length. Otherwise it goes out in chunks. */
  bodyBytes?: number | undefined;
  /** Until the answer begins; by default as long as all of it may take. */
  answerWithinMs?: number | undefined;
  /** Nobody waits for it any more: the request ends, wherever it is. */
  signal?: AbortSignal | undefined;
}

const DEFAULTS = {
  timeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  silenceTimeoutMs: 10_000,
  maxResponseBytes: 1_048_576,
} as const;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** RFC 9110 section 7.6.1 and what frames or routes a message: ours to write, nobody else's. */
const CONNECTION_HEADERS =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|http2-settings)$/i;

/**
 * The only way out for HTTP: https to public addresses (both plain http and private addresses only in the networks that the operator named),
 * certificates verified, redirects not followed, time and size bounded.
 * Errors are `EgressError`s that tell whose fault it is and whether the request may have been seen.
 */
export class Egress {
  private readonly agent: Agent;
  private readonly timeoutMs: number;
  private readonly maxResponseBytes: number;

  constructor(options: EgressOptions = {}) {
    const silenceTimeoutMs = options.silenceTimeoutMs ?? DEFAULTS.silenceTimeoutMs;
    this.timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs;
    this.maxResponseBytes = options.maxResponseBytes ?? DEFAULTS.maxResponseBytes;
    this.agent = new Agent({
      connect: guardedConnector(new AddressPolicy(options.allowedNetworks ?? []), {
        connectTimeoutMs: options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs,
        privateCa: options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8'),
        lookup: options.lookup,
      }),
      headersTimeout: silenceTimeoutMs,
      bodyTimeout: silenceTimeoutMs,
      pipelining: options.keepAlive ? 1 : 0,
    });
  }

  async fetch(url: string | URL, request: EgressRequest = {}): Promise<EgressAnswer> {
    const target = checked(url, request);
    return this.sent(target, request, new WholeExchange(this.bounds(target, request)));
  }

  /** The same rules for bodies too large for memory: both go through as they come. Resolves when the answer begins. */
  async open(url: string | URL, request: EgressStreamRequest = {}): Promise<EgressStream> {
    const target = checked(url, request);
    const bounds = this.bounds(target, request);
    const { answerWithinMs = bounds.timeoutMs, signal } = request;
    return this.sent(target, request, new StreamedExchange({ ...bounds, answerWithinMs, signal }));
  }

  /** Waits for the requests under way, then closes all connections. */
  async close(): Promise<void> {
    if (!this.agent.closed) await this.agent.close();
  }

  private bounds({ host }: URL, { timeoutMs = this.timeoutMs }: EgressStreamRequest): ExchangeSettings {
    return { host, timeoutMs: Math.min(timeoutMs, this.timeoutMs), maxResponseBytes: this.maxResponseBytes };
  }

  private sent<A>(target: URL, request: EgressStreamRequest, exchange: Exchange<A>): Promise<A> {
    const { method = 'GET', headers = {}, body = null, bodyBytes } = request;
    const length = bodyBytes === undefined ? {} : { 'content-length': String(bodyBytes) };
    try {
      const parts = { origin: target.origin, path: target.pathname + target.search, method };
      this.agent.dispatch({ ...parts, headers: { ...ownHeaders(headers), ...headers, ...length }, body }, exchange);
    } catch (error) {
      exchange.malformed(error as Error);
    }
    return exchange.answer;
  }
}

/** @throws EgressRefused */
function checked(url: string | URL, { method = 'GET', headers = {} }: EgressStreamRequest): URL {
  const target = admitted(url);
  checkMethod(method);
  checkHeaders(headers);
  return target;
}

function admitted(url: string | URL): URL {
  const target = typeof url === 'string' ? URL.parse(url) : url;
  if (!target) throw new EgressRefused({ reason: 'url', detail: 'The URL can’t be read.' });
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw new EgressRefused({ reason: 'scheme', detail: `${target.protocol} is neither https nor http.` });
  }
  if (target.username || target.password) {
    throw new EgressRefused({
      reason: 'userinfo',
      detail: `The URL of ${target.host} has a user name or password in it.`,
    });
  }
  return target;
}

function checkMethod(method: string): void {
  if (METHODS.has(method)) return;
  throw new EgressRefused({ reason: 'method', detail: 'The request’s method is not one that is sent from here.' });
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const foreign = Object.keys(headers).find((name) => CONNECTION_HEADERS.test(name));
  if (foreign)
    throw new EgressRefused({
      reason: 'header',
      detail: `The header ${foreign.toLowerCase()} is set by the connection.`,
    });
}

/** Some APIs refuse requests without a User-Agent; no encoding is asked for, since what comes is read as it is. */
function ownHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const own = { 'user-agent': 'Lockkeeper', 'accept-encoding': 'identity' };
  return Object.fromEntries(Object.entries(own).filter(([name]) => !names.has(name)));
}
