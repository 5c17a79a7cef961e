import { renderTemplate } from '@lockkeeper/manifests';
import type { AnswerBody } from './answer-body.js';
import { notSendable, unusable } from './faults.js';
import type { Issue } from './issue.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { capturedValues, commonValues } from './template-values.js';
import type { TokenFault } from './token-fault.js';
import { tokenRequest } from './token-request.js';
import type { WireRequest } from './wire-request.js';

/** RFC 8693 section 2.1: a token of another connection is changed for one of this API service. */
export function tokenExchangeRequest(target: OAuthTarget, issue: Issue): Promise<WireRequest> {
  const { scope, captured, subjectToken, actorToken } = issue;
  const rules = target.manifest.exchange!;
  if (!subjectToken) throw subjectMissing(target);
  const [subject, actor] = [subjectToken.reveal(), actorToken?.reveal()];
  const values = {
    ...commonValues(target),
    ...capturedValues(captured),
    scope,
    subject_token: subject,
    actor_token: actor,
  };
  const rendered = (texts: readonly string[]) =>
    texts.map((text) => renderTemplate(text, values)).filter((text) => text !== '');
  const parameters = {
    subject_token: subject,
    subject_token_type: rules.subjectTokenType,
    // "REQUIRED when the actor_token parameter is present […] but MUST NOT be included otherwise."
    ...(actor !== undefined && { actor_token: actor, actor_token_type: rules.actorTokenType }),
    ...(rules.requestedTokenType !== undefined && { requested_token_type: rules.requestedTokenType }),
    resource: resourcesIn(target, rendered(rules.resources)),
    audience: rendered(rules.audiences),
    ...(scope !== '' && { scope }),
  };
  const grant = { type: 'urn:ietf:params:oauth:grant-type:token-exchange' as const, parameters };
  return tokenRequest(target, grant, { request: target.manifest.token, values });
}

/** "Its value MUST be an absolute URI […] and MUST NOT include a fragment component." */
function resourcesIn({ slug }: OAuthTarget, resources: string[]): string[] {
  for (const resource of resources) {
    if (URL.canParse(resource) && !resource.includes('#')) continue;
    throw notSendable('configuration', {
      code: 'resource_not_absolute',
      title: 'The resource is no absolute URI',
      detail: `A resource in the manifest of ${slug} renders to something else than an absolute URI without a fragment.`,
      hint: 'Correct exchange.resources in the manifest, or the connection’s params that it is made from.',
    });
  }
  return resources;
}

/** RFC 8693 section 2.2.1: what came has to be what was asked for; where nothing was, a token that an API takes. */
export function checkIssuedType({ manifest }: OAuthTarget, body: AnswerBody, answer: RawAnswer): void {
  const asked = manifest.exchange?.requestedTokenType;
  const issued = body.issued_token_type;
  const fits = asked === undefined ? typeof issued === 'string' && API_TOKENS.has(issued) : issued === asked;
  if (fits) return;
  throw unusable(answer, {
    code: 'issued_token_type_unfit',
    title: 'The provider gave another kind of token than was asked for',
    detail: `The answer’s issued_token_type is not ${asked ?? 'that of an access token'}; the token is not used (RFC 8693 section 2.2.1).`,
    hint: 'Compare exchange.requestedTokenType in the manifest with what the provider issues.',
  });
}

/**
 * How long an exchanged token is kept: as the answer says, for a short while where it says nothing (RFC 8693 section 2.2.1 only
 * recommends `expires_in`), and never beyond the grant of the token that it came from.
 */
export function keptSeconds(said: number | null, receivedAt: string, notAfter: Date | null): number {
  const seconds = said ?? UNSAID_SECONDS;
  if (notAfter === null) return seconds;
  return Math.max(0, Math.min(seconds, Math.floor((notAfter.getTime() - Date.parse(receivedAt)) / 1000)));
}

const UNSAID_SECONDS = 300;
const API_TOKENS = new Set(['access_token', 'jwt'].map((kind) => `urn:ietf:params:oauth:token-type:${kind}`));

const subjectMissing = ({ slug }: OAuthTarget): TokenFault =>
  notSendable('configuration', {
    code: 'subject_token_missing',
    title: 'There is no token to exchange',
    detail: `Connections of ${slug} exchange another connection’s token, and there is none to exchange.`,
    hint: 'The connection that subjectConnectionId names needs a living token first.',
  });
