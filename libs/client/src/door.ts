import { cancellable } from './cancellable.js';
import { KeyUnavailable, LockkeeperError, LockkeeperUnreachable, type Problem, problemFrom } from './errors.js';
import type { Cancellable } from './types.js';

export interface Asked extends Cancellable {
  method?: 'GET' | 'POST';
  body?: unknown;
  headers?: Record<string, string>;
  /** Until the answer is there; null: as long as it takes. */
  timeoutMs?: number | null;
}

/** Lockkeeper refreshes within ten seconds, and says why not within them. */
const TIMEOUT_MS = 30_000;
const NOT_MODIFIED = 304;
/** In an answer that is an API's own. */
const ATTEMPTS_HEADER = 'lockkeeper-attempts';

/** A consumer's key, or what gives an access token of the organisation's issuer each time that one is needed. */
export type Key = string | ((asked: Cancellable) => string | Promise<string>);

/** One access-tokens workspace, as one consumer sees it. All of it throws KeyUnavailable, LockkeeperUnreachable, LockkeeperProblem; the signal's reason once it is aborted. */
export class Door {
  readonly #key: Key;
  readonly url: string;

  constructor(url: string, key: Key) {
    this.url = url.replace(/\/+$/, '');
    this.#key = key;
  }

  /** An answer whose body is still to come. */
  ask(path: string, asked: Asked = {}): Promise<Response> {
    return this.#inTime(asked, (signal) => this.#good(path, { ...asked, signal }));
  }

  async json<T>(path: string, asked: Asked = {}): Promise<T> {
    return (await this.#inTime(asked, async (signal) => jsonOf(await this.#good(path, { ...asked, signal })))) as T;
  }

  /** Null if what the headers name is still the newest. */
  jsonUnlessKnown<T>(path: string, asked: Asked = {}): Promise<T | null> {
    return this.#inTime(asked, async (signal) => {
      const response = await this.#good(path, { ...asked, signal });
      return response.status === NOT_MODIFIED ? null : ((await jsonOf(response)) as T);
    });
  }

  /** A call that is passed on: the answer is the API's, whatever it is; what Lockkeeper refuses is thrown. */
  async pass(path: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? undefined;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await this.#keyNow(signal)}`);
    // What is wrong with `init` is the caller's to know, as with fetch.
    const request = new Request(`${this.url}${path}`, { ...init, headers });
    const response = await this.#fetched(request, signal);
    if (response.headers.has(ATTEMPTS_HEADER)) return response;
    throw await refusalOf(response);
  }

  async #good(path: string, { method = 'GET', body, headers, signal }: Asked): Promise<Response> {
    const request = new Request(`${this.url}${path}`, {
      method,
      // The key must not follow a redirect to anywhere.
      redirect: 'error',
      signal: signal ?? null,
      headers: {
        ...headers,
        authorization: `Bearer ${await this.#keyNow(signal)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await this.#fetched(request, signal);
    if (response.ok || response.status === NOT_MODIFIED) return response;
    throw await refusalOf(response);
  }

  async #fetched(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    try {
      return await fetch(request);
    } catch (error) {
      signal?.throwIfAborted();
      throw new LockkeeperUnreachable(this.url, error);
    }
  }

  async #keyNow(signal: AbortSignal | undefined): Promise<string> {
    if (typeof this.#key === 'string') return this.#key;
    try {
      return await cancellable(Promise.resolve(this.#key({ signal })), signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw new KeyUnavailable(error);
    }
  }

  /** The signal ends what the answer brings later, too; the time runs until the work is done. */
  async #inTime<T>({ signal, timeoutMs = TIMEOUT_MS }: Asked, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timer = timeoutMs === null ? undefined : setTimeout(() => late.abort(), timeoutMs);
    // What is under way keeps a program running; waiting for it to be late needn't.
    timer?.unref();
    const ends = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
    try {
      // Not left to fetch alone: what it makes of a signal once it has answered can be collected as garbage, and then nothing ends.
      return await cancellable(work(ends), ends);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof LockkeeperError ? error : new LockkeeperUnreachable(this.url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw problemFrom(unexpected(response.status), null);
  }
}

const refusalOf = async (response: Response): Promise<LockkeeperError> =>
  problemFrom(await problemOf(response), response.headers.get('retry-after'));

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.code === 'string') return { ...problem, status: response.status };
  } catch {
    // not Lockkeeper's own words: a proxy's page
  }
  return unexpected(response.status);
}

const unexpected = (status: number): Problem => ({
  status,
  code: 'unexpected_answer',
  title: `What answered ${status} is not Lockkeeper.`,
  hint: 'Look at what stands at this URL: it has to be that of access-tokens.',
});
