import { LockkeeperError } from '@lockkeeper/doors';

export type UrlRefusal = 'no_base_urls' | 'outside' | 'climbs' | 'unreadable' | 'user_name';

const WHY: Record<UrlRefusal, string> = {
  no_base_urls: 'The API service has no base URLs, so there is nowhere that its tokens may travel.',
  outside: 'The URL does not lie under a base URL of the API service.',
  climbs: 'The path has a segment that would lead upwards once somebody decodes it.',
  unreadable: 'The URL holds characters or escapes that not every server reads alike.',
  user_name: 'The URL has a user name or a password in it.',
};

/** Nothing was sent: a token never leaves the base URLs of its API service. */
export class UrlRefused extends LockkeeperError {
  constructor(reason: UrlRefusal, baseUrls: readonly string[]) {
    super({
      kind: 'forbidden',
      code: 'url_refused',
      title: 'This URL may not be called with that token',
      detail: WHY[reason],
      hint:
        baseUrls.length > 0
          ? `Give a path below one of: ${baseUrls.join(', ')}.`
          : 'An admin of credentials names the base URLs: `apiBaseUrls` of the API service.',
      members: { reason },
    });
  }
}

export class MethodRefused extends LockkeeperError {
  constructor() {
    super({
      kind: 'invalid',
      code: 'method_refused',
      title: 'This method is not passed on',
      detail: 'Only GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are passed on.',
    });
  }
}

export class HeaderUnreadable extends LockkeeperError {
  constructor(name: string, expected: string) {
    super({
      kind: 'invalid',
      code: 'header_unreadable',
      title: 'A header cannot be understood',
      detail: `The header ${name} must be ${expected}.`,
    });
  }
}

/** RFC 9449 section 7.1: such a token is good with a proof only, whose key is not here. */
export class TokenUnusable extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'token_unusable',
      title: 'This token’s key is not here',
      detail:
        'The token is bound to a key (DPoP) that was not published with it, so that no call can prove it. Nothing was sent.',
      hint: 'It was published before this version knew such keys, or credentials holds none: its next refresh brings one, POST /v1/tokens/:apiService/:user/refresh.',
    });
  }
}

/** The credential of this API service travels in the body, and this call has no place for it. Nothing was sent. */
export class CredentialNeedsBody extends LockkeeperError {
  constructor(why: string) {
    super({
      kind: 'invalid',
      code: 'credential_needs_body',
      title: 'The credential has no place in this call',
      detail: `This API service’s credential is laid into the body, and this one ${why}.`,
      hint: 'Send a JSON object or a form with its Content-Type and Content-Length, up to 256 KiB, by POST, PUT, PATCH or DELETE.',
    });
  }
}

export class CallBodyTooLarge extends LockkeeperError {
  constructor(limitBytes: number) {
    super({
      kind: 'too_large',
      code: 'body_too_large',
      title: 'The body is too large',
      detail: `Bodies of calls are passed on up to ${limitBytes} bytes. What was sent of it already was broken off.`,
    });
  }
}

/** The caller went away, or its connection broke, before its body was complete. */
export class CallBodyBroken extends LockkeeperError {
  constructor(cause?: unknown) {
    super({
      kind: 'invalid',
      code: 'body_broken',
      title: 'The body ended too early',
      detail: 'The request’s body broke off; the call was broken off with it.',
      cause,
    });
  }
}

const HELD_BY = { consumer: 'This consumer', connection: 'This connection' };

/** Too many calls under way at once; nothing was sent. */
export class TooManyCalls extends LockkeeperError {
  constructor(of: keyof typeof HELD_BY, limit: number) {
    super({
      kind: 'too_many',
      code: 'too_many_calls',
      title: 'Too many calls at once',
      detail: `${HELD_BY[of]} has ${limit} calls under way at this replica, which is the limit.`,
      hint: 'Wait until some of them have ended.',
      retryAfterSeconds: 1,
      members: { of, limit },
    });
  }
}

/** The other side answered, with more than one JSON may hold. */
export class AnswerNotHeld extends LockkeeperError {
  constructor(status: number, limitBytes: number) {
    super({
      kind: 'upstream_failed',
      code: 'answer_too_large',
      title: 'The answer is too large for this door',
      detail: `The API answered ${status} with more than ${limitBytes} bytes.`,
      hint: 'The call was made. Use /v1/proxy/:apiService/:user/<path> for answers of any size.',
      members: { status },
    });
  }
}

export class JsonPathInvalid extends LockkeeperError {
  constructor(why: string) {
    super({
      kind: 'invalid',
      code: 'json_path_invalid',
      title: 'The JSONPath is not valid',
      detail: `${why}. Nothing was called.`,
      hint: 'Write it as RFC 9535 has it, for instance `$.items[0].id`.',
    });
  }
}

export class JsonPathTooCostly extends LockkeeperError {
  constructor(cause?: unknown) {
    super({
      kind: 'invalid',
      code: 'json_path_too_costly',
      title: 'The JSONPath takes too long on this answer',
      detail: 'The call was made and answered; looking for the JSONPath in the answer was given up.',
      hint: 'Name the way more closely: fewer `..` and `*`, simpler patterns.',
      cause,
    });
  }
}
