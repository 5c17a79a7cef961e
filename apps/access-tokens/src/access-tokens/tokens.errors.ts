import { type ErrorKind, LockkeeperError } from '@lockkeeper/doors';
import type { HeldConnection } from '../intake/held-connection.js';
import type { Refusal } from './freshness.js';

const RETRY_SECONDS = 5;
const ARRIVING_SECONDS = 1;

interface RefusalText {
  kind: ErrorKind;
  title: string;
  detail: string;
  hint: string;
  retryAfterSeconds?: number;
}

const REFUSALS: Record<Refusal, RefusalText> = {
  revoked: {
    kind: 'conflict',
    title: 'The connection is revoked',
    detail: 'The connection was revoked, and its token erased.',
    hint: 'Its user has to consent anew: an operator of credentials makes an authorization link.',
  },
  reauthorization_required: {
    kind: 'conflict',
    title: 'The user has to reauthorize',
    detail: 'The grant can’t be refreshed any more, and no token that lives long enough is left.',
    hint: 'POST /v1/tokens/:apiService/:user/notices asks the user to reauthorize. The connection keeps its id; its version grows.',
  },
  refresh_failing: {
    kind: 'unavailable',
    title: 'No fresh token at the moment',
    detail: 'The token that is held is expired or not fresh enough, and a newer one could not be had in time.',
    hint: 'It goes on being tried. Ask again after the time in Retry-After.',
    retryAfterSeconds: RETRY_SECONDS,
  },
  not_yet_published: {
    kind: 'unavailable',
    title: 'The token is not here yet',
    detail: 'This version of the token was not published to this workspace in time, or nobody has consented yet.',
    hint: 'Ask again after the time in Retry-After.',
    retryAfterSeconds: ARRIVING_SECONDS,
  },
};

export interface RefusalCircumstances {
  /** In plain words, from whoever knows more: the publication's reason, or the answer of credentials. */
  because?: string | null;
  hint?: string | null;
  retryAfterSeconds?: number | null;
  cause?: unknown;
}

/** What was filled in goes to several places at once, or is nothing that its admin lets consumers read. */
export class CredentialNotReadable extends LockkeeperError {
  /** @param apiBaseUrls where calls with it may go */
  constructor(apiBaseUrls: readonly string[]) {
    super({
      kind: 'conflict',
      code: 'credential_not_readable',
      title: 'This credential can only be used, not read',
      detail: 'Its API service takes no single token: what its user filled in is put into each call by the proxy.',
      hint: 'Make the call by POST /v1/requests or ANY /v1/proxy/:apiService/:user/<path>. An admin of credentials may give use.credential in the manifest.',
      members: { apiBaseUrls },
    });
  }
}

/** RFC 9449: without the key that it is bound to it is worth nothing, and the key is handed to nobody. */
export class TokenBound extends LockkeeperError {
  /** @param apiBaseUrls where calls with it may go */
  constructor(apiBaseUrls: readonly string[]) {
    super({
      kind: 'conflict',
      code: 'token_bound',
      title: 'This token can only be used, not read',
      detail: 'It is bound to a key (DPoP): each call has to prove that key, which is kept here and handed to nobody.',
      hint: 'Make the call by POST /v1/requests or ANY /v1/proxy/:apiService/:user/<path>: each is proved on its way.',
      members: { apiBaseUrls },
    });
  }
}

/** There is a connection, and no token to hand out. The code says why. */
export class TokenRefused extends LockkeeperError {
  constructor(code: Refusal, held: HeldConnection, circumstances: RefusalCircumstances = {}) {
    const text = REFUSALS[code];
    const because = circumstances.because ?? held.reason;
    super({
      ...text,
      code,
      detail: because ? `${text.detail} ${because}` : text.detail,
      hint: circumstances.hint ?? text.hint,
      retryAfterSeconds: circumstances.retryAfterSeconds ?? text.retryAfterSeconds,
      members: { connection: { id: held.id, status: held.status, version: held.version } },
      cause: circumstances.cause,
    });
  }
}

export class NamedTokenUnknown extends LockkeeperError {
  constructor(name: string, known: string[]) {
    super({
      kind: 'not_found',
      code: 'token_unknown',
      title: 'The connection has no such token',
      detail: `No token is called \`${name}\`. There ${known.length === 0 ? 'is none besides its own' : `are: ${known.join(', ')}`}.`,
      hint: 'Leave `token` out for the connection’s own; if a named one ended, its user has to reauthorize.',
    });
  }
}
