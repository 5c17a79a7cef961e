import { valueAt } from '@lockkeeper/manifests';
import type { Manifest, TokenKind } from '@lockkeeper/manifests';
import { bodyOf } from './answer-body.js';
import { type ClientVerdict, verdictBeside } from './client-verdict.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { asEitherClient } from './either-client.js';
import { capturedValues, commonValues, serviceSecretsOf } from './template-values.js';
import { TokenFault } from './token-fault.js';
import { type RevocableTokens, tokenOf } from './token-revocation.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';
import type { Wire } from './wire.js';

export interface Introspection {
  /** Null where the provider told nothing that can be relied upon. */
  active: boolean | null;
  detail: string;
  trace: TraceStep[];
}

/** RFC 7662 section 2.1, in the provider's dialect. */
export function introspectRequest(target: OAuthTarget, tokens: RevocableTokens, kind: TokenKind): Promise<WireRequest> {
  const { request } = target.manifest.introspect as NonNullable<Manifest['introspect']>;
  const captured = capturedValues(tokens.captured ?? {});
  const token = tokenOf(tokens, kind)?.reveal();
  const values = { ...commonValues(target), ...captured, token, token_type_hint: kind };
  const held = { accessToken: tokens.accessToken?.reveal(), tokenType: tokens.tokenType };
  return renderRequest(request, { target, values, ...held });
}

/**
 * RFC 7662: whether a token lives, told by its provider. `active: false` says that the token is dead, not that its grant is.
 * Nothing is kept of the answer, so none outlives its `exp` (section 4).
 */
export async function introspectToken(
  wire: Wire,
  target: OAuthTarget,
  { tokens, token }: { tokens: RevocableTokens; token: TokenKind },
): Promise<Introspection> {
  const value = tokenOf(tokens, token)?.reveal();
  const secrets = [...(value === undefined ? [] : [value]), ...serviceSecretsOf(target)];
  try {
    const send = async (client: OAuthTarget): Promise<RawAnswer> =>
      wire.send({ step: 'introspect', request: await introspectRequest(client, tokens, token) }, secrets);
    const answer = await asEitherClient(target, send, verdictOf);
    const told = activeIn(answer);
    const words =
      told === null ? `answered ${answer.status}, which tells nothing` : told ? 'calls it alive' : 'calls it dead';
    return { active: told, detail: `Introspection ${words}.`, trace: answer.trace };
  } catch (error) {
    if (error instanceof TokenFault) return { active: null, detail: error.detail, trace: error.trace };
    throw error;
  }
}

function activeIn(answer: RawAnswer): boolean | null {
  const active = answer.status === 200 ? valueAt(bodyOf(answer, 'json'), '/active') : null;
  return typeof active === 'boolean' ? active : null;
}

/** RFC 7662 section 2.3: whoever is told of a token was accepted first. */
const verdictOf = (target: OAuthTarget, answer: RawAnswer): ClientVerdict =>
  verdictBeside(target, answer, activeIn(answer) !== null);
