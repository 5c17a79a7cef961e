import { valueAt } from '@lockkeeper/manifests';
import type { RevokeByRequest, TokenKind } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { bodyOf, isGood } from './answer-body.js';
import { type ClientVerdict, verdictBeside } from './client-verdict.js';
import { wordsOf } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { retryAfterSeconds } from './retry-after.js';
import type {
  RevocationClientFault,
  RevocationOutcome,
  RevocationReceipt,
  RevokedToken,
} from './revocation-receipt.js';
import { asEitherClient } from './either-client.js';
import { capturedValues, commonValues, serviceSecretsOf } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';
import type { Wire } from './wire.js';

/** What is to be revoked. Null for what there isn't, or what shall live on. */
export interface RevocableTokens {
  accessToken: Secret | null;
  refreshToken: Secret | null;
  /** Of the access token; left out: as `use` in the manifest has it. */
  tokenType?: string | undefined;
  captured?: Record<string, unknown>;
}

interface Attempt extends RevokedToken {
  clientFault: RevocationClientFault | null;
  retryAfterSeconds: number | null;
  trace: TraceStep[];
}

/** Asks the provider to revoke, token by token, in the manifest's order; tells what it answered and throws nothing on the provider's account. */
export async function revokeTokens(
  wire: Wire,
  target: OAuthTarget,
  tokens: RevocableTokens,
): Promise<RevocationReceipt> {
  const { revoke } = target.manifest;
  if (!revoke)
    return notSupported('The manifest knows no way to revoke at this provider; the tokens live until they expire.', {
      tokens,
    });
  if ('byUserAt' in revoke)
    return notSupported(`Only the user can revoke at this provider: at ${revoke.byUserAt}.`, {
      tokens,
      userDoesItAt: revoke.byUserAt,
    });
  const attempts: Attempt[] = [];
  for (const kind of toBeRevoked(revoke, tokens)) attempts.push(await attempt(wire, { target, tokens }, kind));
  return attempts.length > 0
    ? receiptOf(attempts, heldKinds(tokens))
    : notSupported('The provider revokes none of the tokens that there are.', { tokens });
}

/** Where one token takes the others with it, the first is enough: the second would only be asked about a dead grant. */
function toBeRevoked({ tokens: kinds, effect }: RevokeByRequest, tokens: RevocableTokens): TokenKind[] {
  const held = kinds.filter((kind) => tokenOf(tokens, kind) !== null);
  return effect === 'family' || effect === 'install' ? held.slice(0, 1) : held;
}

const KINDS: readonly TokenKind[] = ['refresh_token', 'access_token'];

/** Which tokens there are, the refresh token first. */
export const heldKinds = (tokens: RevocableTokens): TokenKind[] =>
  KINDS.filter((kind) => tokenOf(tokens, kind) !== null);

export const tokenOf = ({ accessToken, refreshToken }: RevocableTokens, kind: TokenKind): Secret | null =>
  kind === 'access_token' ? accessToken : refreshToken;

const revokeOf = ({ manifest }: OAuthTarget): RevokeByRequest => manifest.revoke as RevokeByRequest;

/** The request that revokes one of the tokens, where the manifest has one. */
export function revokeRequest(target: OAuthTarget, tokens: RevocableTokens, token: TokenKind): Promise<WireRequest> {
  const [accessToken, refreshToken] = [tokens.accessToken?.reveal(), tokens.refreshToken?.reveal()];
  const values = {
    ...commonValues(target),
    ...capturedValues(tokens.captured ?? {}),
    token: tokenOf(tokens, token)?.reveal(),
    token_type_hint: token,
    access_token: accessToken,
    refresh_token: refreshToken,
  };
  return renderRequest(revokeOf(target).request, { target, values, accessToken, tokenType: tokens.tokenType });
}

interface Revocation {
  target: OAuthTarget;
  tokens: RevocableTokens;
}

async function attempt(wire: Wire, { target, tokens }: Revocation, token: TokenKind): Promise<Attempt> {
  const held = [tokens.accessToken, tokens.refreshToken].flatMap((secret) => (secret ? [secret.reveal()] : []));
  const secrets = [...held, ...serviceSecretsOf(target)];
  try {
    const send = async (client: OAuthTarget): Promise<RawAnswer> =>
      wire.send({ step: 'revoke', request: await revokeRequest(client, tokens, token) }, secrets);
    const answer = await asEitherClient(target, send, verdictOf);
    const judgement = judged(target, answer, secrets);
    return {
      token,
      ...judgement,
      status: answer.status,
      retryAfterSeconds: retryAfterSeconds(answer),
      trace: answer.trace,
    };
  } catch (error) {
    if (error instanceof TokenFault) return unsent(token, error);
    throw error;
  }
}

/** The client is looked at before the token (RFC 7009 section 2.1). */
const verdictOf = (target: OAuthTarget, answer: RawAnswer): ClientVerdict =>
  verdictBeside(target, answer, isGood(answer, revokeOf(target)));

/**
 * RFC 7009 section 2.2: 200 means that it is done, whatever the body says; 503 that it isn't, and so does `invalid_client` (section 2.2.1), which an
 * admin can mend. Nothing else is proof of anything.
 */
function judged(
  target: OAuthTarget,
  answer: RawAnswer,
  secrets: readonly string[],
): Pick<Attempt, 'outcome' | 'detail' | 'clientFault'> {
  const { status } = answer;
  const verdict = verdictOf(target, answer);
  if (verdict === 'accepted')
    return { clientFault: null, outcome: 'revoked', detail: `The provider answered ${status}: it is revoked.` };
  if (status === 429 || status >= 500) {
    return {
      clientFault: null,
      outcome: 'pending',
      detail: `The provider answered ${status}: the token may still be alive, and it is asked again.`,
    };
  }
  if (verdict === 'refused') {
    return {
      clientFault: 'refused',
      outcome: 'pending',
      detail:
        `The provider answered ${status} invalid_client: it does not accept our client, and the token may still be alive. ` +
        'Check the client id and the client secret of the API service; it is asked again.',
    };
  }
  const error = valueAt(bodyOf(answer, 'json'), '/error');
  if (error === 'unsupported_token_type') {
    return {
      clientFault: null,
      outcome: 'not_supported',
      detail: 'The provider does not revoke tokens of this kind; it lives until it expires.',
    };
  }
  const code = wordsOf(error, secrets);
  return {
    clientFault: null,
    outcome: 'unproved',
    detail: `The provider answered ${status}${code ? ` ${code}` : ''}, which proves nothing.`,
  };
}

/** What the client lacks an admin can give it: until then the token is kept. */
function unsent(token: TokenKind, { owner, permanent, detail, hint, trace, retryAfterSeconds }: TokenFault): Attempt {
  const common = { token, status: null, retryAfterSeconds, trace };
  if (owner === 'client')
    return {
      ...common,
      outcome: 'pending',
      clientFault: 'missing',
      detail: `Not sent, and the token may still be alive: ${detail} ${hint} It is sent as soon as that is done.`,
    };
  return { ...common, outcome: permanent ? 'unproved' : 'pending', clientFault: null, detail };
}

/** The worst that is still open decides; where nothing is, one confirmation is enough. */
const WORST_FIRST: readonly RevocationOutcome[] = ['pending', 'unproved', 'revoked', 'not_supported'];

function receiptOf(attempts: readonly Attempt[], held: readonly TokenKind[]): RevocationReceipt {
  const waits = attempts.flatMap(({ outcome, retryAfterSeconds: wait }) =>
    outcome === 'pending' && wait !== null ? [wait] : [],
  );
  return {
    outcome: WORST_FIRST.find((outcome) => attempts.some((one) => one.outcome === outcome))!,
    detail: attempts.map(({ token, detail }) => `${NAMES[token]}: ${detail}`).join(' '),
    retryAfterSeconds: waits.length > 0 ? Math.max(...waits) : null,
    requests: attempts.map(({ token, outcome, status, detail }) => ({ token, outcome, status, detail })),
    clientFault: attempts.find(({ clientFault }) => clientFault !== null)?.clientFault ?? null,
    trace: attempts.flatMap(({ trace }) => trace),
    proof: null,
    notProved: [...held],
    userDoesItAt: null,
  };
}

const NAMES: Record<TokenKind, string> = { refresh_token: 'Refresh token', access_token: 'Access token' };

const notSupported = (
  detail: string,
  { tokens, userDoesItAt = null }: { tokens: RevocableTokens; userDoesItAt?: string | null },
): RevocationReceipt => ({
  outcome: 'not_supported',
  detail,
  retryAfterSeconds: null,
  requests: [],
  clientFault: null,
  trace: [],
  proof: null,
  notProved: heldKinds(tokens),
  userDoesItAt,
});
