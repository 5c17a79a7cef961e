/** RFC 9457, with Lockkeeper's members. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  /** Stable: decide by it. */
  code: string;
  /** What to do about it. */
  hint?: string | null;
  requestId?: string | null;
  [more: string]: unknown;
}

/** The root of all errors of this package. */
export abstract class LockkeeperError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Lockkeeper answered, and said no. */
export class LockkeeperProblem extends LockkeeperError {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  readonly requestId: string | null;

  constructor(
    readonly problem: Problem,
    /** Null where asking again makes no sense before something else changes. */
    readonly retryAfterSeconds: number | null,
  ) {
    super([problem.detail ?? problem.title ?? problem.code, problem.hint].filter(Boolean).join(' '));
    this.status = problem.status;
    this.code = problem.code;
    this.hint = problem.hint ?? null;
    this.requestId = problem.requestId ?? null;
  }
}

/** The user has to consent anew: nothing that a program could do mends it. `notify()` asks them to. */
export class ReauthorizationRequired extends LockkeeperProblem {}

/** The consumer's entitlements don't cover it, or its key isn't known. */
export class AccessRefused extends LockkeeperProblem {}

/**
 * The token may be used, and not read: it is bound to a key (RFC 9449), or made of several things that a user filled in. Lockkeeper makes
 * the calls: `fetch()` has it do so by itself, `request()` always does.
 */
export class TokenNotReadable extends LockkeeperProblem {
  /** Where such calls may go. */
  readonly apiBaseUrls: readonly string[];

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(
      { ...problem, hint: 'Call the API with fetch() or request(): Lockkeeper makes the call, with the token in it.' },
      retryAfterSeconds,
    );
    const { apiBaseUrls } = problem;
    this.apiBaseUrls = Array.isArray(apiBaseUrls) ? apiBaseUrls.map(String) : [];
  }
}

/** It passes: ask again after `retryAfterSeconds`. */
export class TryAgainLater extends LockkeeperProblem {}

/** Lockkeeper could not be reached, or did not answer in time. */
export class LockkeeperUnreachable extends LockkeeperError {
  constructor(url: string, cause: unknown) {
    super(`Lockkeeper at ${url} does not answer.`, { cause });
  }
}

/** The function that is to give the key failed; `cause` has its error. */
export class KeyUnavailable extends LockkeeperError {
  constructor(cause: unknown) {
    super('There is no key to come to Lockkeeper with: the function that was given as `key` failed.', { cause });
  }
}

/** The NATS server that Lockkeeper named could not be reached, or refused the connection for good. */
export class NatsUnreachable extends LockkeeperError {
  constructor(url: string, cause: unknown) {
    super(`NATS at ${url} can’t be reached: events({ transport: 'sse' }) needs Lockkeeper alone.`, { cause });
  }
}

/** NATS was asked for without its packages. */
export class NatsPackagesMissing extends LockkeeperError {
  constructor(cause: unknown) {
    super('Events over NATS need @nats-io/transport-node, @nats-io/jetstream and @nats-io/nkeys: npm install them.', {
      cause,
    });
  }
}

/** Refused of a URL, whoever asks. */
const ABOUT_URLS = new Set(['url_refused', 'egress_refused']);

/** Not where an API could not be reached, or answered too much: it may have acted on the call. */
const passes = ({ status, code }: Problem): boolean =>
  status === 429 || status === 503 || (status >= 502 && code === 'unexpected_answer');

export function problemFrom(problem: Problem, retryAfter: string | null): LockkeeperProblem {
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const { status, code } = problem;
  if (code === 'reauthorization_required' || code === 'revoked') return new ReauthorizationRequired(problem, seconds);
  if (code === 'token_bound' || code === 'credential_not_readable') return new TokenNotReadable(problem, seconds);
  if (status === 401 || (status === 403 && !ABOUT_URLS.has(code))) return new AccessRefused(problem, seconds);
  if (passes(problem)) return new TryAgainLater(problem, seconds);
  return new LockkeeperProblem(problem, seconds);
}
