import { LockkeeperError } from '@lockkeeper/doors';

export class KeyRequired extends LockkeeperError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'key_required',
      title: 'A key is required',
      detail: 'This door opens with `Authorization: Bearer <key>`, and no usable key was sent.',
      hint: 'Send a living key of this workspace: `lkc_…` for credentials, `lkt_…` for access-tokens. Keys of one are unknown to the other.',
    });
  }
}

export class RoleRefused extends LockkeeperError {
  constructor(role: string, allowed: readonly string[]) {
    super({
      kind: 'forbidden',
      code: 'role_refused',
      title: 'This key may not do that',
      detail: `The key’s role is \`${role}\`; this door is for ${allowed.map((name) => `\`${name}\``).join(', ') || 'nobody'}.`,
      hint: 'Use a key with one of these roles, or ask an admin for one.',
    });
  }
}

export class KeyNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'key_not_found',
      title: 'There is no such key',
      detail: `No key has the id ${id}.`,
      hint: 'GET /v1/keys lists them.',
    });
  }
}

export class LastAdminKey extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'last_admin_key',
      title: 'The last admin key stays',
      detail: 'Without it nobody could make another key for this workspace.',
      hint: 'Issue another admin key first.',
    });
  }
}

export class SignInRefused extends LockkeeperError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'sign_in_refused',
      title: 'Nobody is signed in by that',
      detail: 'This is no living key of this workspace.',
      hint: 'Keys of credentials begin with `lkc_`, those of access-tokens with `lkt_`; each opens its own workspace only. Ask an admin for a new one.',
    });
  }
}

export class SignInLinkDead extends LockkeeperError {
  constructor() {
    super({
      kind: 'gone',
      code: 'sign_in_link_dead',
      title: 'This sign-in link can’t be used any more',
      detail: 'It was used already, or is older than ten minutes.',
      hint: 'On the machine that runs Lockkeeper, `npm run sign-in` prints new links. Or sign in with a key.',
    });
  }
}

export class RequestForged extends LockkeeperError {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'request_forged',
      title: 'This request did not come from the console',
      detail: 'It shows the session of a signed-in browser, but is not one that a page of this origin sent.',
      hint: 'Programs use a key: `Authorization: Bearer <key>`. The console sends the header `X-Lockkeeper-Console`.',
    });
  }
}

export class TooManyRequests extends LockkeeperError {
  constructor(retryAfterSeconds: number) {
    super({
      kind: 'too_many',
      code: 'too_many_requests',
      title: 'That is too many requests',
      detail: 'This caller asks for more in a second than one caller may.',
      hint: 'Slow down, and wait as long as Retry-After says. A token that was read may be kept until it expires: no need to read it before each call.',
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
    });
  }
}

export class TooManyRefusedKeys extends LockkeeperError {
  constructor(retryAfterSeconds: number) {
    super({
      kind: 'too_many',
      code: 'too_many_refused_keys',
      title: 'Too many keys from this address were refused',
      detail: 'Keys from this address are not looked at for a while, because so many before were none.',
      hint: 'Find the program that sends a wrong or withdrawn key, mend it, and wait as long as Retry-After says. Each further try makes the wait longer.',
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
    });
  }
}

/** RFC 6750 section 3.1: `invalid_token`. */
export class BearerRefused extends LockkeeperError {
  /** Whether its issuer did sign it: then nobody guessed. */
  readonly isGenuine: boolean;

  constructor({
    detail,
    hint,
    isGenuine,
    cause,
  }: {
    detail: string;
    hint: string;
    isGenuine: boolean;
    cause?: unknown;
  }) {
    const title = 'This access token opens nothing here';
    super({ kind: 'unauthenticated', code: 'bearer_refused', title, detail, hint, cause });
    this.isGenuine = isGenuine;
  }

  override get challenge(): string {
    return `error="invalid_token", error_description="${quotable(this.detail)}"`;
  }
}

/** RFC 6750 section 3: %x20-21 / %x23-5B / %x5D-7E only. */
const quotable = (text: string): string =>
  text.replaceAll(/[’‘`]/g, "'").replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');

export class BearersUncheckable extends LockkeeperError {
  constructor(issuer: string) {
    super({
      kind: 'unavailable',
      code: 'bearers_uncheckable',
      title: 'Access tokens can’t be checked at the moment',
      detail: `The keys of ${issuer} were never heard since this replica was started.`,
      hint: 'Try again in some seconds, or use a key of this workspace. Whoever runs this server finds the cause in its log: `issuer_unheard`.',
      retryAfterSeconds: 10,
    });
  }
}
