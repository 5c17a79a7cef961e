import { canBeSentAgain, withToken } from './carried-call.js';
import { Door, type Key } from './door.js';
import { LockkeeperError, TokenNotReadable } from './errors.js';
import { listen } from './event-stream.js';
import type { EventType, HeardEvent } from './event-types.js';
import { listenOverNats } from './nats-events.js';
import { proxied } from './proxied-call.js';
import { TokenCache } from './token-cache.js';
import type {
  ApiAnswer,
  ApiRequest,
  Cancellable,
  EventOptions,
  NoticeOutcome,
  Report,
  ReportOutcome,
  Token,
} from './types.js';

export interface LockkeeperOptions {
  /** Of access-tokens: `https://tokens.example.com`. */
  url: string;
  /** A consumer's, `lkt_…`; or what gives an access token of the organisation's own issuer, called for each request. */
  key: Key;
  /** Whether events are listened to, so that a kept token that was replaced or revoked is dropped at once. Else it is asked about every 15 seconds. */
  listen?: boolean;
}

export interface TokenOptions extends Cancellable {
  /** The token has to live at least this long. */
  minTtlSeconds?: number;
  /** The token has to be of this version or a later one. */
  minVersion?: number;
  /** Which of several tokens, where a provider gives a user's besides a bot's; left out: the connection's own. */
  name?: string | undefined;
}

/** What `fetch` takes, and which token travels. */
export interface FetchInit extends RequestInit {
  /** As `TokenOptions.name`. */
  tokenName?: string;
}

/** What Lockkeeper has for your program: tokens, calls, events and notices. One of it is enough for a whole program. */
export class Lockkeeper {
  // Private at run time as well: a printed Lockkeeper shows neither key nor tokens.
  readonly #door: Door;
  readonly #tokens: TokenCache;
  private readonly ended = new AbortController();
  readonly #listens: boolean;
  private listening = false;

  /** @throws TypeError without a URL or a key */
  constructor({ url, key, listen: listens = true }: LockkeeperOptions) {
    if (!URL.canParse(url)) throw new TypeError('`url` must be that of access-tokens: https://tokens.example.com');
    if (!key) throw new TypeError('`key` must be a consumer’s key (lkt_…), or a function that gives an access token');
    this.#door = new Door(url, key);
    this.#tokens = new TokenCache(this.#door);
    this.#listens = listens;
  }

  /**
   * A living access token: kept until a newer version is heard of, renewed ahead of its end.
   * @throws ReauthorizationRequired, AccessRefused, TokenNotReadable, TryAgainLater, LockkeeperProblem; LockkeeperUnreachable, KeyUnavailable;
   * the signal's reason once it is aborted
   */
  token(apiService: string, user: string, options: TokenOptions = {}): Promise<Token> {
    const { minTtlSeconds = 0, minVersion = 0, name, signal } = options;
    this.listenToChanges();
    return this.#tokens.get({ apiService, user, name, minTtlSeconds, minVersion }, { signal });
  }

  /**
   * `fetch` with the token in it, where its API wants it. If the API refuses it with 401, that is reported, and the request is sent once more
   * with the newer token, if there is one and its body can be sent again (what is streamed can't). Make sure that the URL is the API's: the
   * token goes there, and where it travels in another header than `Authorization`, redirects are handed back, not followed. A token that may only be used (`TokenNotReadable`) never comes here: then Lockkeeper makes the call, sends it again by
   * the same rule, refuses URLs that aren't the API's, and hands redirects back.
   * @throws what `token` throws, and what fetch does where the API itself can't be reached
   */
  // Four, because the last two are those of fetch itself.
  // eslint-disable-next-line no-restricted-syntax
  async fetch(apiService: string, user: string, url: string | URL, init: FetchInit = {}): Promise<Response> {
    const { tokenName: name, ...sent } = init;
    const signal = sent.signal ?? undefined;
    let token: Token;
    try {
      token = await this.token(apiService, user, { name, signal });
    } catch (error) {
      if (!(error instanceof TokenNotReadable) || error.apiBaseUrls.length === 0) throw error;
      return proxied(this.#door, { apiService, user, name, apiBaseUrls: error.apiBaseUrls, url }, sent);
    }
    const { apiBaseUrls } = token.use ?? {};
    if (apiBaseUrls) return proxied(this.#door, { apiService, user, name, apiBaseUrls, url }, sent);
    const response = await fetch(...withToken(url, sent, token));
    if (response.status !== 401) return response;
    const newer = await this.newerThan(apiService, user, { token, name, signal });
    if (newer === null || !canBeSentAgain(sent)) return response;
    await response.body?.cancel();
    return fetch(...withToken(url, sent, newer));
  }

  /** A call that Lockkeeper makes: the token never comes here, and nothing outside the API is ever called. */
  request(apiService: string, user: string, request: ApiRequest & Cancellable): Promise<ApiAnswer> {
    const { signal, ...call } = request;
    return this.#door.json('/v1/requests', {
      method: 'POST',
      body: { apiService, user, ...call },
      signal,
      timeoutMs: null,
    });
  }

  /** Has the user asked to reauthorize. */
  notify(apiService: string, user: string, options: { reason?: string } & Cancellable = {}): Promise<NoticeOutcome> {
    const { signal, reason } = options;
    const body = reason === undefined ? {} : { reason };
    return this.#door.json(`${pathOf(apiService, user)}/notices`, { method: 'POST', body, signal });
  }

  /** That a token was rejected by its API (it is refreshed), or that it may be known to somebody (it is revoked, and issued anew). */
  async report(apiService: string, user: string, report: Report & Cancellable): Promise<ReportOutcome> {
    const { signal, version, reason, token } = report;
    const path = `${pathOf(apiService, user)}/reports`;
    const outcome = await this.#door.json<ReportOutcome>(path, {
      method: 'POST',
      body: { version, reason, token },
      signal,
    });
    this.#tokens.forget({ apiService, user, name: token }, version);
    return outcome;
  }

  /** What happens to the connections that this consumer may use, until the loop is left or the signal is aborted. */
  async *events<T extends EventType = EventType>(
    options: EventOptions<T> = {},
  ): AsyncGenerator<HeardEvent<T>, void, undefined> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.ended.signal]) : this.ended.signal;
    const life = new AbortController();
    const heard = { ...options, signal: AbortSignal.any([signal, life.signal]) };
    try {
      const all = options.transport === 'nats' ? listenOverNats(this.#door, heard) : listen(this.#door, heard);
      // `type` was filtered by on the way.
      yield* all as AsyncGenerator<HeardEvent<T>, void, undefined>;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      life.abort();
    }
  }

  /** Ends what listens. Tokens are forgotten. */
  close(): void {
    this.ended.abort();
    this.#tokens.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private async newerThan(
    apiService: string,
    user: string,
    { token, name, signal }: { token: Token; name: string | undefined; signal: AbortSignal | undefined },
  ): Promise<Token | null> {
    const { version } = token;
    try {
      const { readable } = await this.report(apiService, user, { version, reason: 'rejected', token: name, signal });
      return readable ? await this.token(apiService, user, { minVersion: version + 1, name, signal }) : null;
    } catch (error) {
      if (error instanceof LockkeeperError) return null; // the API's own answer says most
      throw error;
    }
  }

  /** Never keeps a program running, and never fails it: without events, kept tokens are asked about. */
  private listenToChanges(): void {
    if (this.listening || !this.#listens) return;
    this.listening = true;
    void this.hear().catch(() => undefined);
  }

  private async hear(): Promise<void> {
    const onState = (heard: boolean): void => {
      // What was told while nobody listened is not told again.
      if (heard) this.#tokens.clear();
      this.#tokens.listening = heard;
    };
    for await (const event of listen(this.#door, { signal: this.ended.signal, onState })) this.#tokens.hear(event);
  }
}

const pathOf = (apiService: string, user: string): string =>
  `/v1/tokens/${encodeURIComponent(apiService)}/${encodeURIComponent(user)}`;
