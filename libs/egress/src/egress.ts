import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Agent } from 'undici';
import { AddressPolicy } from './address-policy.js';
import type { EgressAnswer } from './answer.js';
import { hasBlockedPort } from './blocked-ports.js';
import { guardedConnector } from './connector.js';
import type { AddressLookup } from './connector.js';
import type { EgressStream } from './egress-stream.js';
import { EgressRefused } from './egress.errors.js';
import type { Exchange, ExchangeSettings } from './exchange.js';
import { StreamedExchange } from './streamed-exchange.js';
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
  /** So long after its last answer a kept connection is taken for another request at most; the other side may say less. 4 s, or what it says, by default. */
  keptIdleMs?: number;
  /** Resolves names; node:dns by default. */
  lookup?: AddressLookup;
}

export interface EgressRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | undefined;
  /** Shortens (never lengthens) the time for the whole of this request. */
  timeoutMs?: number;
  /**
   * If its first byte can't be written within this time, none is written at all: for what may be sent only while a lease holds,
   * by a process that may have stood still meanwhile.
   */
  beginWithinMs?: number | undefined;
  /** Called once it is written, before any answer. */
  onSent?: (() => void) | undefined;
  /** What this side shows of itself in the TLS handshake, if it is asked (RFC 8705). */
  certificate?: ShownCertificate | undefined;
  /**
   * It may take a connection that an earlier one left open, and leave it open for a later one. Off by default: where the other side is just closing
   * that connection, the request fails after it was written, and nobody can tell whether it was acted upon.
   */
  keptConnection?: boolean | undefined;
}

/** Both PEM. */
export interface ShownCertificate {
  certificate: string;
  /** A Secret: shown to nobody but the TLS library. */
  privateKey: { reveal(): string };
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

const MOST_CERTIFICATES = 100;
/** `fresh`: each is for one request. `kept`: it may be used again. */
type Connections = 'fresh' | 'kept';
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
  private readonly agents: Readonly<Record<Connections, Agent>>;
  /** One for each certificate, so that no connection is ever used in another client's name. */
  private readonly showing = new Map<string, Agent>();
  private readonly timeoutMs: number;
  private readonly maxResponseBytes: number;
  private readonly policy: AddressPolicy;
  private readonly privateCa: string | undefined;

  constructor(private readonly options: EgressOptions = {}) {
    this.timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs;
    this.maxResponseBytes = options.maxResponseBytes ?? DEFAULTS.maxResponseBytes;
    this.policy = new AddressPolicy(options.allowedNetworks ?? []);
    this.privateCa = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8');
    this.agents = { fresh: this.newAgent('fresh'), kept: this.newAgent('kept') };
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
    const open = [...Object.values(this.agents), ...this.showing.values()].filter((agent) => !agent.closed);
    await Promise.all(open.map((agent) => agent.close()));
  }

  private newAgent(connections: Connections, shown?: ShownCertificate): Agent {
    const { options } = this;
    const { keptIdleMs } = options;
    const silenceTimeoutMs = options.silenceTimeoutMs ?? DEFAULTS.silenceTimeoutMs;
    return new Agent({
      connect: guardedConnector(this.policy, {
        connectTimeoutMs: options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs,
        privateCa: this.privateCa,
        lookup: options.lookup,
        shown,
      }),
      headersTimeout: silenceTimeoutMs,
      bodyTimeout: silenceTimeoutMs,
      pipelining: connections === 'kept' ? 1 : 0,
      ...(keptIdleMs !== undefined && { keepAliveTimeout: keptIdleMs, keepAliveMaxTimeout: keptIdleMs }),
    });
  }

  /** Of many, those go that were made first: they close when their requests are done. */
  private agentFor({ certificate: shown, keptConnection }: EgressStreamRequest): Agent {
    const connections = keptConnection ? 'kept' : 'fresh';
    if (shown === undefined) return this.agents[connections];
    const digest = createHash('sha256').update(shown.certificate).update(shown.privateKey.reveal()).digest('hex');
    const name = `${connections} ${digest}`;
    const agent = this.showing.get(name) ?? this.newAgent(connections, shown);
    this.showing.set(name, agent);
    for (const [other, old] of this.showing) {
      if (this.showing.size <= MOST_CERTIFICATES) break;
      this.showing.delete(other);
      void old.close();
    }
    return agent;
  }

  private bounds({ host }: URL, request: EgressStreamRequest): ExchangeSettings {
    const { timeoutMs = this.timeoutMs, beginWithinMs, onSent } = request;
    const bounds = { timeoutMs: Math.min(timeoutMs, this.timeoutMs), maxResponseBytes: this.maxResponseBytes };
    return { host, ...bounds, beginWithinMs, onSent };
  }

  private sent<A>(target: URL, request: EgressStreamRequest, exchange: Exchange<A>): Promise<A> {
    const { method = 'GET', headers = {}, body = null, bodyBytes } = request;
    const length = bodyBytes === undefined ? {} : { 'content-length': String(bodyBytes) };
    try {
      const parts = { origin: target.origin, path: target.pathname + target.search, method };
      this.agentFor(request).dispatch(
        { ...parts, headers: { ...ownHeaders(headers), ...headers, ...length }, body },
        exchange,
      );
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
  if (hasBlockedPort(target)) {
    throw new EgressRefused({
      reason: 'port',
      detail: `Port ${target.port} of ${target.hostname} is no port of HTTP.`,
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
