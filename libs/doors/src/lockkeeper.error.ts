/** What kind of trouble: decides the HTTP status, the NATS refusal and the log level. One table each; nothing else maps errors. */
export type ErrorKind =
  | 'invalid' // the caller's input is wrong
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict' // right input, wrong state
  | 'gone' // existed, was used or ran out
  | 'too_large'
  | 'too_many'
  | 'upstream_failed' // the other company's server
  | 'unavailable' // one of our own parts is away
  | 'deadline'
  | 'internal';

export interface ErrorDescription {
  kind: ErrorKind;
  /** Stable, lower_snake: programs decide by it. */
  code: string;
  /** Short, the same for every occurrence of the code. */
  title: string;
  /** What happened this time, for people. Never a secret, never the caller's text unescaped. */
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Seconds until another try makes sense. */
  retryAfterSeconds?: number | undefined;
  /** Further members of the problem document. */
  members?: Record<string, unknown> | undefined;
  cause?: unknown;
}

/** The root of all our own errors. Below controllers nothing else is thrown on purpose. */
export abstract class LockkeeperError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly title: string;
  readonly hint: string | null;
  readonly retryAfterSeconds: number | null;
  readonly members: Record<string, unknown>;

  constructor(description: ErrorDescription) {
    super(description.detail, { cause: description.cause });
    this.name = new.target.name;
    this.kind = description.kind;
    this.code = description.code;
    this.title = description.title;
    this.hint = description.hint ?? null;
    this.retryAfterSeconds = description.retryAfterSeconds ?? null;
    this.members = description.members ?? {};
  }

  get detail(): string {
    return this.message;
  }

  /** Further parameters of the answer's `WWW-Authenticate` (RFC 6750 section 3), where it has one. */
  get challenge(): string | null {
    return null;
  }
}
