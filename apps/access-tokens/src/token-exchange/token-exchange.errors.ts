import { LockkeeperError } from '@lockkeeper/doors';

/** RFC 6749 section 5.2 and RFC 8693 section 2.2.2; `temporarily_unavailable` is RFC 6749 section 4.1.2.1's word for it. */
export type ExchangeErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_target'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

/** Why there is no token, in the way in which OAuth clients are told. */
export class ExchangeRefused extends LockkeeperError {
  constructor(
    readonly error: ExchangeErrorCode,
    description: string,
    cause?: unknown,
  ) {
    const kind =
      error === 'invalid_client' ? 'unauthenticated' : error === 'temporarily_unavailable' ? 'unavailable' : 'invalid';
    const retryAfterSeconds = cause instanceof LockkeeperError ? (cause.retryAfterSeconds ?? undefined) : undefined;
    super({ kind, code: error, title: 'No token was issued', detail: description, cause, retryAfterSeconds });
  }
}

/** What other doors answer as a problem, as this one has to say it. Undefined: it is no answer about a token at all. */
export function asExchangeRefusal(error: unknown): ExchangeRefused | undefined {
  if (error instanceof ExchangeRefused) return error;
  if (!(error instanceof LockkeeperError)) return undefined;
  // Not told apart, here as elsewhere: whether the connection exists is nothing for who may not use it.
  if (error.code === 'not_entitled' || error.code === 'connection_unknown') {
    return new ExchangeRefused('invalid_target', error.detail, error);
  }
  // RFC 8693 section 2.2.2: a subject_token that is invalid for any reason, or unacceptable based on policy.
  if (error.kind === 'conflict' || error.code === 'token_unknown')
    return new ExchangeRefused('invalid_request', error.detail, error);
  return error.kind === 'unavailable' ? new ExchangeRefused('temporarily_unavailable', error.detail, error) : undefined;
}
