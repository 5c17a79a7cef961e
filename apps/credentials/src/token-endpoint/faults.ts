import { AnswerTooLarge, EgressRefused, MASK, maskPieces } from '@lockkeeper/egress';
import type { EgressError } from '@lockkeeper/egress';
import { CODES, KINDS, OAUTH_MEANINGS } from './fault-meanings.js';
import type { RawAnswer } from './raw-answer.js';
import { retryAfterSeconds } from './retry-after.js';
import { TokenFault } from './token-fault.js';
import type { FaultOwner, TokenFaultDescription } from './token-fault.js';
import type { Step, TraceStep } from './trace.js';

/** The refusal that an answer spelt out. */
export interface Refusal {
  /** In the standard's words. */
  error: string;
  /** For people, as the provider wrote it: untrusted. */
  description: unknown;
  /** Between two polls, from now on (GitHub, beside RFC 8628's `slow_down`). */
  intervalSeconds?: number | undefined;
  /** Values that must not be shown, should the provider repeat them. */
  secrets: readonly string[];
}

/** A refusal by an OAuth error code that stands in the answer. Codes that no standard knows pass by themselves: nobody knows better. */
export function refused(refusal: Refusal, answer: RawAnswer): TokenFault {
  const meaning = OAUTH_MEANINGS[refusal.error];
  const code = meaning ? refusal.error : wordsOf(refusal.error, refusal.secrets);
  const said = wordsOf(refusal.description, refusal.secrets);
  const { owner, permanent, title, hint, final } = meaning ?? { ...UNKNOWN, permanent: false, final: undefined };
  return fault(owner, {
    permanent,
    final,
    title,
    detail: `The provider answered ${answer.status} ${code ?? 'with an error'}${said ? `: ${said}` : '.'}`,
    hint: hintFor(refusal.error, stepOf(answer)) ?? hint,
    oauthError: code ?? undefined,
    intervalSeconds: refusal.intervalSeconds,
    ...reached(answer),
  });
}

const UNKNOWN = {
  owner: 'provider',
  title: 'The provider refused for a reason of its own',
  hint: 'It is tried again. If it stays, look the code up in the provider’s documentation, and say in answer.errors of the manifest what it means.',
} as const;

/** An answer that is no refusal in OAuth's words: another status, another body. All of it may pass (RFC 6749 section 5.2 covers 400 and 401 only). */
export function unusable(
  answer: RawAnswer,
  why: { title: string; detail: string; hint: string; code?: string },
): TokenFault {
  return fault('provider', { permanent: false, ...why, ...reached(answer) });
}

/** A status that tells of trouble without telling whose. */
export function unexpectedStatus(answer: RawAnswer): TokenFault {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return unusable(answer, {
      code: 'token_endpoint_redirects',
      title: 'The provider redirects the request',
      detail: `The provider answered ${status} and points elsewhere; requests with secrets don’t follow.`,
      hint: 'Put the address of the token endpoint itself into the manifest: with https, and exactly as the documentation has it.',
    });
  }
  return unusable(answer, {
    title: status === 429 ? 'The provider asks for fewer requests' : 'The provider has trouble of its own',
    detail: `The provider answered ${status}, without an OAuth error.`,
    hint: 'Usually passes by itself; it is tried again. If it stays, check the token URL.',
  });
}

/** No whole answer came. */
export function unanswered(error: EgressError, trace: TraceStep[]): TokenFault {
  const { title, detail, hint, code, sent } = error;
  const words = { title, detail, hint: hint ?? undefined, code, trace, reachedProvider: sent, cause: error };
  if (error instanceof EgressRefused) return fault('configuration', { ...words, permanent: true });
  const owner = error instanceof AnswerTooLarge ? 'provider' : 'network';
  return fault(owner, { ...words, kind: error.kind, permanent: false });
}

/** What is registered here can't make the request. Nothing was sent. */
export function notSendable(
  owner: 'client' | 'configuration',
  words: { code: string; title: string; detail: string; hint: string },
): TokenFault {
  return fault(owner, { ...words, permanent: true, reachedProvider: false });
}

type FaultParts = Omit<TokenFaultDescription, 'owner' | 'kind' | 'code'> &
  Partial<Pick<TokenFaultDescription, 'kind' | 'code'>>;

function fault(owner: FaultOwner, parts: FaultParts): TokenFault {
  return new TokenFault({ owner, kind: KINDS[owner], ...parts, code: parts.code ?? CODES[owner] });
}

function reached(answer: RawAnswer) {
  return { reachedProvider: true, trace: answer.trace, retryAfterSeconds: retryAfterSeconds(answer) ?? undefined };
}

const stepOf = ({ trace }: RawAnswer): Step | undefined => trace.at(-1)?.step;

/** At the exchange, a grant is a code: nobody's consent has died. Without a user, there is none that could consent. */
function hintFor(error: string, step: Step | undefined): string | undefined {
  if (step === 'issue') return ISSUE_HINTS[error];
  if (error !== 'invalid_grant' || step !== 'exchange') return undefined;
  return 'A code counts once, for about a minute, and only with the redirect URI that is registered at the provider. Start again from a new authorization link.';
}

const ISSUE_HINTS: Readonly<Record<string, string>> = {
  invalid_grant:
    'The provider does not accept what the token is asked for with. Check the key, the claims and the subject, and that an admin has allowed this client; then POST /v1/connections/:id/issue.',
  unauthorized_client: 'Allow this client this grant, in the provider’s settings of the client.',
  unsupported_grant_type:
    'Allow this client this grant, in the provider’s settings of the client; or correct grant in the manifest.',
};

const LONGEST_WORDS = 300;
/** More than is shown, since masks are shorter than what they stand for. */
const LONGEST_READ = 16_000;

/**
 * What a provider wrote, fit to be shown: printable characters only (RFC 6749 section 5.2), without the given secrets,
 * pieces of them, and anything that is long enough to be one. Null where nothing is left.
 */
export function wordsOf(text: unknown, secrets: readonly string[] = []): string | null {
  if (typeof text !== 'string') return null;
  const begin = text.slice(0, LONGEST_READ);
  const printable = begin.replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]+/g, ' ').trim();
  const masked = maskPieces(printable, secrets).replace(/[\w\-~+=]{24,}/g, MASK);
  return masked.slice(0, LONGEST_WORDS) || null;
}
