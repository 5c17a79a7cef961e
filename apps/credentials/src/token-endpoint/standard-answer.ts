import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { processGenericTokenEndpointResponse, UnsupportedOperationError } from 'oauth4webapi';
import type { TokenEndpointResponse } from 'oauth4webapi';
import type { AnswerBody } from './answer-body.js';
import { unusable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import type { TokenFault } from './token-fault.js';
import { isBound } from './wire-request.js';

export interface StandardAnswer {
  accessToken: string;
  /** Spelt as the manifest does. */
  tokenType: string;
  refreshToken: string | null;
}

/** The token that an answer without any leaves alive, where the manifest says that it may (`refresh.gives`). */
export interface LivingToken {
  accessToken: Secret;
  tokenType: string | null;
}

/**
 * The tokens of an answer, brought from where the manifest says into the standard's form and checked there by oauth4webapi (RFC 6749
 * section 5.1). An `id_token` takes no part: nothing here relies on it, and a refresh must not fail for it.
 */
export async function standardAnswer(
  target: OAuthTarget,
  { answer, body, living }: { answer: RawAnswer; body: AnswerBody; living: LivingToken | null },
): Promise<StandardAnswer> {
  const { manifest, clientId } = target;
  const accepted = acceptedTypes(target);
  const as = { issuer: manifest.issuer ?? manifest.token.url };
  const members = standardMembers(manifest, body, living);
  // Read already: to write them as bytes, and read those, would take longer than all that is checked.
  const response = Object.assign(new Response(), { json: () => Promise.resolve(members) });
  const read = await processGenericTokenEndpointResponse(as, { client_id: clientId }, response, {
    recognizedTokenTypes: Object.fromEntries(accepted.map((type) => [type.toLowerCase(), () => undefined])),
  }).catch((error: unknown) => {
    throw notConforming(error, answer, accepted);
  });
  if (accepted === BOUND_ONLY && !isBound(read.token_type)) throw notBound(answer);
  return {
    accessToken: read.access_token,
    tokenType: spelling(read, answer, accepted),
    refreshToken: read.refresh_token ?? null,
  };
}

const BOUND_ONLY: readonly string[] = ['DPoP'];

/** RFC 9449 section 5: bound ones where a key was proved, and there no others unless the manifest takes them; without a key none. */
function acceptedTypes({ manifest: { answer, dpop }, dpopKey }: OAuthTarget): readonly string[] {
  const others = answer.acceptedTokenTypes.filter((type) => !isBound(type));
  if (!dpopKey) return others;
  return dpop?.required ? BOUND_ONLY : [...BOUND_ONLY, ...others];
}

/** Empty and null refresh tokens are none; what is no text at all is left for the library to refuse. */
function standardMembers({ answer }: Manifest, body: AnswerBody, living: LivingToken | null): Record<string, unknown> {
  const refreshToken = valueAt(body, answer.refreshToken) ?? '';
  return {
    access_token: valueAt(body, answer.accessToken) ?? living?.accessToken.reveal(),
    token_type:
      valueAt(body, answer.tokenType) ??
      answer.tokenTypeWhenAbsent ??
      (living && (living.tokenType ?? answer.acceptedTokenTypes[0])),
    ...(refreshToken !== '' && { refresh_token: refreshToken }),
  };
}

/** RFC 6749 section 5.1: the type is compared without regard to case. The library takes DPoP too; here only what the manifest accepts. */
function spelling({ token_type: type }: TokenEndpointResponse, answer: RawAnswer, accepted: readonly string[]): string {
  const known = accepted.find((one) => one.toLowerCase() === type);
  if (known === undefined) throw unknownType(answer, accepted);
  return known;
}

/** The library's errors carry the whole body, tokens included: its words are taken over, the error itself is not. */
function notConforming(error: unknown, answer: RawAnswer, accepted: readonly string[]): TokenFault {
  if (error instanceof UnsupportedOperationError) return unknownType(answer, accepted);
  const member = /body "(\w+)" property/.exec((error as Error).message)?.[1] ?? 'access_token';
  return unusable(answer, {
    code: 'answer_incomplete',
    title: 'The provider’s answer is no token answer',
    detail: `The provider answered ${answer.status}, and ${member} is missing or not a text.`,
    hint: 'Compare the places in answer of the manifest with what the provider sends.',
  });
}

/** Section 5: "the client MUST discard the response". What it was kept in is the ledger's; a manifest that takes it can have it read again. */
const notBound = (answer: RawAnswer): TokenFault =>
  unusable(answer, {
    code: 'token_not_bound',
    title: 'The provider gave a token that is bound to nothing',
    detail:
      'A key was proved, and the token’s type is not DPoP: whoever got hold of it could use it. It is not used (RFC 9449 section 5).',
    hint: 'See whether DPoP is switched on for this client at the provider. If the provider decides by itself which tokens it binds, set dpop.required to false in the manifest.',
  });

function unknownType(answer: RawAnswer, accepted: readonly string[]): TokenFault {
  return unusable(answer, {
    code: 'token_type_unknown',
    title: 'The provider gave a token of a type that we can’t use',
    detail: `The token’s type is not ${accepted.join(' or ')}; it is not used (RFC 6749 section 7.1).`,
    hint: 'If APIs take it like one of these, name it in answer.acceptedTokenTypes of the manifest.',
  });
}
