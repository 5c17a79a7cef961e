import { authorizationUrl, pushedUrl, pushRequest } from './authorization-request.js';
import type { AuthorizationQuestion } from './authorization-request.js';
import { clientVerdict } from './client-verdict.js';
import { unusable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { asEitherClient } from './either-client.js';
import type { TokenFault } from './token-fault.js';
import { serviceSecretsOf } from './template-values.js';
import { successfulBody } from './token-answer.js';
import type { Wire } from './wire.js';

/**
 * Where the browser goes: with everything that is asked for, or, where the manifest says so, with a reference to it, for which the
 * provider is asked now (RFC 9126). A reference is used once and soon: each departure gets its own. @throws TokenFault
 */
export async function departureUrl(wire: Wire, target: OAuthTarget, question: AuthorizationQuestion): Promise<URL> {
  if (!target.manifest.pushedAuthorization) return authorizationUrl(target, question);
  const send = async (client: OAuthTarget): Promise<RawAnswer> => {
    const request = await pushRequest(client, question);
    return wire.send({ step: 'push', request }, serviceSecretsOf(target));
  };
  const answer = await asEitherClient(target, send, (client, pushed) => clientVerdict(standardly(client), pushed));
  return pushedUrl(target, requestUriIn(target, answer), question);
}

/** RFC 9126 sections 2.2 and 2.3: errors are those of the token endpoint. */
function requestUriIn(target: OAuthTarget, answer: RawAnswer): string {
  const { request_uri: requestUri } = successfulBody(standardly(target), answer, {});
  if (typeof requestUri === 'string' && requestUri !== '') return requestUri;
  throw incomplete(answer);
}

/** Dialects are the token endpoint's; nobody has one here. */
const standardly = (target: OAuthTarget): OAuthTarget => ({
  ...target,
  manifest: {
    ...target.manifest,
    answer: {
      ...target.manifest.answer,
      statuses: undefined,
      encoding: 'json',
      shows: [{ at: '/error', absent: true }],
    },
  },
});

const incomplete = (answer: RawAnswer): TokenFault =>
  unusable(answer, {
    code: 'pushed_answer_incomplete',
    title: 'The provider gave no reference to the request',
    detail: `The provider answered ${answer.status}, without a request_uri (RFC 9126 section 2.2).`,
    hint: 'Compare pushedAuthorization.url in the manifest with the provider’s metadata.',
  });
