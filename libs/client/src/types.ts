import type { EventType } from './event-types.js';

/** A living access token. */
export interface Token {
  readonly accessToken: string;
  /** As OAuth names it: `Bearer`, nearly always. */
  readonly tokenType: string;
  /** As granted, space separated; null if the provider never said. */
  readonly scope: string | null;
  /** Null if its lifetime is unknown. */
  readonly expiresAt: Date | null;
  /** Counts the connection's tokens. */
  readonly version: number;
  readonly connectionId: string;
  /** How calls carry it, where that is not `Authorization: Bearer`. `fetch()` heeds it. */
  readonly use?: TokenUse;
}

export interface TokenUse {
  readonly header: string;
  /** Before the token, with a space; empty: the token alone. */
  readonly scheme: string;
  /** The parameter of the query that has it instead of the header. */
  readonly query: string | null;
  /** What every call needs besides. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only where calls need more than may be read: Lockkeeper makes them, below these URLs. */
  readonly apiBaseUrls?: readonly string[];
}

export interface Cancellable {
  signal?: AbortSignal | undefined;
}

/** Events between these two ids can’t be told any more. */
export interface MissedEvents {
  after: number;
  until: number;
  detail: string;
}

export interface EventOptions<T extends EventType = EventType> extends Cancellable {
  apiService?: string;
  type?: T;
  /** The connection's id. Server-sent events only. */
  connection?: string;
  /** Of the last event that was dealt with. Left out: what happens from now on. Server-sent events only. */
  lastEventId?: string;
  /** After an absence that was longer than events are kept: read what you need anew. Server-sent events only. */
  onMissed?: (missed: MissedEvents) => void;
  /** `nats` needs the optional peer dependencies, and tells what was missed while the program was away. */
  transport?: 'sse' | 'nats';
}

/** A call to an API on behalf of a connection, in one JSON. */
export interface ApiRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Below the API service's base URLs; absolute or relative to the first. */
  url: string;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string;
  /** The first member with this name, at any depth. */
  find?: string;
  /** RFC 9535. */
  jsonPath?: string;
  /** The name of the token that travels, where it is not to be the connection's own. */
  token?: string;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
  found: unknown;
  attempts: number;
  tokenVersion: number;
}

export interface Report {
  /** Of the token that it is about. */
  version: number;
  /** `rejected`: an API refused it. `exposed`: somebody may have it who should not. */
  reason: 'rejected' | 'exposed';
  /** The name of the token that was rejected, where it is not the connection's own. */
  token?: string | undefined;
}

export interface ReportOutcome {
  outcome: string;
  version: number;
  status: string;
  hint: string | null;
  retryAfterSeconds: number | null;
  /** Whether a newer version can be read now. */
  readable: boolean;
}

export interface NoticeOutcome {
  noticeId: string;
  /** False if one was open already. */
  created: boolean;
}
