import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { successfulBody } from './token-answer.js';
import { TokenFault } from './token-fault.js';
import { mayHoldRefreshToken } from './unread-answer.js';

/** What an answer says about how the client proved itself. `unsaid`: nothing that anybody could rely upon. */
export type ClientVerdict = 'accepted' | 'refused' | 'unsaid';

/** RFC 8628 section 3.5: said to clients that were accepted. */
const WAITING: ReadonlySet<string> = new Set(['authorization_pending', 'slow_down']);

/**
 * Only RFC 6749 section 5.2's `invalid_client` is a refusal, in a refusal's status: the client is looked at before the grant (section 3.2.1),
 * so that what the request carried is unspent. An answer that may hold a refresh token is never one. No I/O; throws nothing, since the
 * answer is not kept yet.
 */
export function clientVerdict(target: OAuthTarget, answer: RawAnswer): ClientVerdict {
  try {
    successfulBody(target, answer, {});
    return 'accepted';
  } catch (error) {
    if (!(error instanceof TokenFault)) return 'unsaid';
    if (WAITING.has(error.oauthError ?? '')) return 'accepted';
    const refusal = error.oauthError === 'invalid_client' && (answer.status === 400 || answer.status === 401);
    return refusal && !mayHoldRefreshToken(target.manifest, answer, null) ? 'refused' : 'unsaid';
  }
}

/** The same at an endpoint that gives no grant: an answer other than the good one proves no client accepted. */
export const verdictBeside = (target: OAuthTarget, answer: RawAnswer, isGood: boolean): ClientVerdict =>
  isGood ? 'accepted' : clientVerdict(target, answer) === 'refused' ? 'refused' : 'unsaid';
