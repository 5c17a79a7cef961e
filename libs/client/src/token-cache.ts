import { cancellable } from './cancellable.js';
import type { Door } from './door.js';
import { LockkeeperUnreachable, TokenNotReadable, TryAgainLater } from './errors.js';
import type { HeardEvent } from './event-types.js';
import type { Cancellable, Token } from './types.js';

interface Named {
  apiService: string;
  user: string;
  /** Undefined: the connection's own. */
  name?: string | undefined;
}

export interface TokenDemand extends Named {
  minTtlSeconds: number;
  minVersion: number;
}

interface Held {
  token: Token;
  /** When Lockkeeper last said that it is the newest. */
  confirmedAt: number;
  /** When it was last tried to renew it ahead of its end. */
  aheadAt: number;
}

interface TokenAnswer extends Omit<Token, 'expiresAt'> {
  expiresAt: string | null;
}

const MOST_HELD = 10_000;
/** How long a token is taken for the newest while nobody would tell that it isn't. */
const UNHEARD_MS = 15_000;
/** A token is renewed in the background when so much of its life is left. */
const AHEAD_SHARE = 0.2;
const AHEAD_MS = 60_000;
const AHEAD_AGAIN_MS = 5000;
/** How long a token that may not be read is not asked for again. */
const UNREADABLE_MS = 60_000;
const ENDING = new Set(['token.revoked', 'connection.reauthorization_required']);

/** Tokens that were read, each until a newer one is heard of, or its end comes near. */
export class TokenCache {
  private readonly held = new Map<string, Held>();
  /** Those that can only be used. */
  private readonly unreadable = new Map<string, { refusal: TokenNotReadable; until: number }>();
  private readonly underway = new Map<string, Promise<Token>>();
  /** Of tokens that were ever kept: as many as manifests have, a handful. */
  private readonly names = new Set<string | undefined>();
  /** Whether events are heard at the moment. */
  listening = false;
  /** Grows with all that is heard: what was asked for before it is handed out, and not kept. */
  private generation = 0;

  constructor(private readonly door: Door) {}

  async get(demand: TokenDemand, { signal }: Cancellable): Promise<Token> {
    this.checkReadable(demand);
    const held = this.held.get(keyOf(demand));
    if (!held || !meets(held.token, demand)) return this.read(demand, signal);
    if (!this.isConfirmed(held)) return this.confirm(demand, held, signal);
    // Ahead of its end, and beside the caller, who need not wait for it. What goes wrong is told to who needs the token then.
    if (isEnding(held.token)) this.renewAhead(demand, held);
    return held.token;
  }

  private renewAhead(demand: TokenDemand, held: Held): void {
    if (Date.now() - held.aheadAt < AHEAD_AGAIN_MS) return;
    held.aheadAt = Date.now();
    this.read({ ...demand, minTtlSeconds: secondsAhead(held.token) }, undefined).catch(() => undefined);
  }

  /** An event counts for tokens that are older than it: for the one that it names, or for all that the connection has. */
  hear({ type, data }: HeardEvent): void {
    this.generation += 1;
    if (data.user === null) return;
    const { apiService, user } = data;
    for (const name of 'token' in data ? [data.token] : this.names) {
      const key = keyOf({ apiService, user, name });
      this.unreadable.delete(key);
      const held = this.held.get(key);
      if (held && (ENDING.has(type) || data.version > held.token.version)) this.held.delete(key);
    }
  }

  forget(demand: Named, version: number): void {
    const key = keyOf(demand);
    if (this.held.get(key)?.token.version === version) this.held.delete(key);
  }

  clear(): void {
    this.generation += 1;
    this.held.clear();
    this.unreadable.clear();
  }

  private isConfirmed({ confirmedAt }: Held): boolean {
    return this.listening || Date.now() - confirmedAt < UNHEARD_MS;
  }

  /** A living token is good enough while Lockkeeper can't be reached. */
  private async confirm(demand: TokenDemand, held: Held, signal: AbortSignal | undefined): Promise<Token> {
    try {
      return await this.read(demand, signal, held);
    } catch (error) {
      if (error instanceof LockkeeperUnreachable || error instanceof TryAgainLater) return held.token;
      this.held.delete(keyOf(demand));
      throw error;
    }
  }

  /** However many ask for the same at once, Lockkeeper is asked once; who cancels leaves the others waiting. */
  private read(demand: TokenDemand, signal: AbortSignal | undefined, held?: Held): Promise<Token> {
    const key = `${keyOf(demand)}\n${demand.minTtlSeconds}\n${demand.minVersion}`;
    const joined = this.underway.get(key) ?? this.ask(demand, held).finally(() => this.underway.delete(key));
    this.underway.set(key, joined);
    return cancellable(joined, signal);
  }

  private async ask(demand: TokenDemand, held?: Held): Promise<Token> {
    const { apiService, user, name, minTtlSeconds, minVersion } = demand;
    const query = new URLSearchParams();
    if (name !== undefined) query.set('token', name);
    if (minTtlSeconds > 0) query.set('minTtlSeconds', String(minTtlSeconds));
    if (minVersion > 0) query.set('minVersion', String(minVersion));
    const path = `/v1/tokens/${encodeURIComponent(apiService)}/${encodeURIComponent(user)}`;
    const { generation } = this;
    const answer = await this.door
      .jsonUnlessKnown<TokenAnswer>(query.size > 0 ? `${path}?${query}` : path, {
        ...(held && { headers: { 'if-none-match': `"${held.token.version}"` } }),
      })
      .catch((error: unknown) => {
        if (error instanceof TokenNotReadable) this.keepRefusal(demand, error);
        throw error;
      });
    if (answer === null) return this.keep(demand, held!.token, generation);
    const expiresAt = answer.expiresAt === null ? null : new Date(answer.expiresAt);
    return this.keep(demand, { ...answer, expiresAt }, generation);
  }

  /** @throws TokenNotReadable if that was said a moment ago */
  private checkReadable(demand: Named): void {
    const known = this.unreadable.get(keyOf(demand));
    if (known && known.until > Date.now()) throw new TokenNotReadable(known.refusal.problem, null);
  }

  private keepRefusal(demand: Named, refusal: TokenNotReadable): void {
    this.names.add(demand.name);
    put(this.unreadable, keyOf(demand), { refusal, until: Date.now() + UNREADABLE_MS });
  }

  private keep(demand: TokenDemand, token: Token, generation: number): Token {
    if (generation !== this.generation) return token;
    const key = keyOf(demand);
    const before = this.held.get(key);
    if (before && before.token.version > token.version) return before.token;
    this.names.add(demand.name);
    put(this.held, key, { token, confirmedAt: Date.now(), aheadAt: 0 });
    return token;
  }
}

/** As the newest, in the place of the oldest if there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_HELD) map.delete(map.keys().next().value!);
}

const keyOf = ({ apiService, user, name = '' }: Named): string => `${apiService}\n${name}\n${user}`;

const secondsLeft = ({ expiresAt }: Token): number =>
  expiresAt === null ? Infinity : (expiresAt.getTime() - Date.now()) / 1000;

const meets = (token: Token, { minTtlSeconds, minVersion }: TokenDemand): boolean =>
  secondsLeft(token) > Math.max(minTtlSeconds, 2) && token.version >= minVersion;

/** How long before its end a token is renewed: a minute, or a fifth of what such a token had left when it was read. */
const secondsAhead = (token: Token): number =>
  Math.ceil(Math.min(AHEAD_MS / 1000, secondsLeft(token) * (1 + AHEAD_SHARE)));

const isEnding = (token: Token): boolean => secondsLeft(token) * 1000 < AHEAD_MS;
