import type { Egress } from '@lockkeeper/egress';
import { valueAt } from '@lockkeeper/manifests';
import type { RevokeByRequest, TokenKind } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { bodyOf, isGood } from './answer-body.js';
import { wordsOf } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { retryAfterSeconds } from './retry-after.js';
import type { RevocationOutcome, RevocationReceipt, RevokedToken } from './revocation-receipt.js';
import { capturedValues, commonValues } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';
import { send } from './wire.js';

/** What is to be revoked. Null for what there isn't, or what shall live on. */
export interface RevocableTokens {
  accessToken: Secret | null;
  refreshToken: Secret | null;
  captured?: Record<string, unknown>;
}

interface Attempt extends RevokedToken {
  retryAfterSeconds: number | null;
  trace: TraceStep[];
}

/** Asks the provider to revoke, token by token, in the manifest's order; tells what it answered and throws nothing on the provider's account. */
export async function revokeTokens(
  egress: Egress,
  target: OAuthTarget,
  tokens: RevocableTokens,
): Promise<RevocationReceipt> {
  const { revoke } = target.manifest;
  if (!revoke)
    return notSupported('The manifest knows no way to revoke at this provider; the tokens live until they expire.');
  if ('byUserAt' in revoke) return notSupported(`Only the user can revoke at this provider: at ${revoke.byUserAt}.`);
  const attempts: Attempt[] = [];
  for (const kind of toBeRevoked(revoke, tokens))
    attempts.push(await attempt(egress, { target, revoke, tokens }, kind));
  return attempts.length > 0
    ? receiptOf(attempts)
    : notSupported('The provider revokes none of the tokens that there are.');
}

/** Where one token takes the others with it, the first is enough: the second would only be asked about a dead grant. */
function toBeRevoked({ tokens: kinds, effect }: RevokeByRequest, tokens: RevocableTokens): TokenKind[] {
  const held = kinds.filter((kind) => tokenOf(tokens, kind) !== null);
  return effect === 'family' || effect === 'install' ? held.slice(0, 1) : held;
}

const tokenOf = ({ accessToken, refreshToken }: RevocableTokens, kind: TokenKind): Secret | null =>
  kind === 'access_token' ? accessToken : refreshToken;

/** The request that revokes one of the tokens, where the manifest has one. */
export function revokeRequest(target: OAuthTarget, tokens: RevocableTokens, token: TokenKind): WireRequest {
  const { revoke } = target.manifest as { revoke: RevokeByRequest };
  const [accessToken, refreshToken] = [tokens.accessToken?.reveal(), tokens.refreshToken?.reveal()];
  const values = {
    ...commonValues(target),
    ...capturedValues(tokens.captured ?? {}),
    token: tokenOf(tokens, token)?.reveal(),
    token_type_hint: token,
    access_token: accessToken,
    refresh_token: refreshToken,
  };
  return renderRequest(revoke.request, { target, values, accessToken });
}

interface Revocation {
  target: OAuthTarget;
  revoke: RevokeByRequest;
  tokens: RevocableTokens;
}

async function attempt(egress: Egress, { target, revoke, tokens }: Revocation, token: TokenKind): Promise<Attempt> {
  const secrets = [tokens.accessToken, tokens.refreshToken, target.clientSecret].flatMap((secret) =>
    secret ? [secret.reveal()] : [],
  );
  try {
    const request = revokeRequest(target, tokens, token);
    const answer = await send(egress, { step: 'revoke', request }, secrets);
    const { outcome, detail } = judged(revoke, answer, secrets);
    return {
      token,
      outcome,
      detail,
      status: answer.status,
      retryAfterSeconds: retryAfterSeconds(answer),
      trace: answer.trace,
    };
  } catch (error) {
    if (error instanceof TokenFault) return unsent(token, error);
    throw error;
  }
}

/** RFC 7009 section 2.2: 200 means that it is done, whatever the body says; 503 that it isn't. Nothing else is proof of anything. */
function judged(
  revoke: RevokeByRequest,
  answer: RawAnswer,
  secrets: readonly string[],
): { outcome: RevocationOutcome; detail: string } {
  const { status } = answer;
  if (isGood(answer, revoke)) return { outcome: 'revoked', detail: `The provider answered ${status}: it is revoked.` };
  if (status === 429 || status >= 500) {
    return {
      outcome: 'pending',
      detail: `The provider answered ${status}: the token may still be alive, and it is asked again.`,
    };
  }
  const error = valueAt(bodyOf(answer, 'json'), '/error');
  if (error === 'unsupported_token_type') {
    return {
      outcome: 'not_supported',
      detail: 'The provider does not revoke tokens of this kind; it lives until it expires.',
    };
  }
  const code = wordsOf(error, secrets);
  return {
    outcome: 'unproved',
    detail: `The provider answered ${status}${code ? ` ${code}` : ''}, which proves nothing.`,
  };
}

function unsent(token: TokenKind, { permanent, detail, trace, retryAfterSeconds }: TokenFault): Attempt {
  return { token, outcome: permanent ? 'unproved' : 'pending', detail, status: null, retryAfterSeconds, trace };
}

/** The worst that is still open decides; where nothing is, one confirmation is enough. */
const WORST_FIRST: readonly RevocationOutcome[] = ['pending', 'unproved', 'revoked', 'not_supported'];

function receiptOf(attempts: readonly Attempt[]): RevocationReceipt {
  const waits = attempts.flatMap(({ outcome, retryAfterSeconds: wait }) =>
    outcome === 'pending' && wait !== null ? [wait] : [],
  );
  return {
    outcome: WORST_FIRST.find((outcome) => attempts.some((one) => one.outcome === outcome))!,
    detail: attempts.map(({ token, detail }) => `${NAMES[token]}: ${detail}`).join(' '),
    retryAfterSeconds: waits.length > 0 ? Math.max(...waits) : null,
    requests: attempts.map(({ token, outcome, status, detail }) => ({ token, outcome, status, detail })),
    trace: attempts.flatMap(({ trace }) => trace),
  };
}

const NAMES: Record<TokenKind, string> = { refresh_token: 'Refresh token', access_token: 'Access token' };

const notSupported = (detail: string): RevocationReceipt => ({
  outcome: 'not_supported',
  detail,
  retryAfterSeconds: null,
  requests: [],
  trace: [],
});
