import type { FollowUp } from '@lockkeeper/manifests';
import { documentOf, isGood } from './answer-body.js';
import { unusable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { captureFrom, capturedValues, commonValues, serviceSecretsOf } from './template-values.js';
import { readAnswer } from './token-answer.js';
import { TokenFault } from './token-fault.js';
import type { TokenGrant } from './token-grant.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';
import type { Wire } from './wire.js';

export type After = FollowUp['after'][number];

/** A grant with what the follow-up requests found out. */
export interface Followed {
  grant: TokenGrant;
  trace: TraceStep[];
}

/**
 * Sends the manifest's follow-up requests, one after the other. After an exchange a required one that fails is a TokenFault; after a
 * refresh none is: the new tokens are worth more than what could not be found out, and what was captured before stays.
 */
export async function followUp(
  wire: Wire,
  target: OAuthTarget,
  { grant, after }: { grant: TokenGrant; after: After },
): Promise<Followed> {
  let followed: Followed = { grant, trace: [] };
  for (const one of target.manifest.followUps.filter((each) => each.after.includes(after))) {
    try {
      followed = await step(wire, target, { one, followed });
    } catch (error) {
      if (!(error instanceof TokenFault) || (one.required && after === 'exchange')) throw error;
      followed = { ...followed, trace: [...followed.trace, ...error.trace] };
    }
  }
  return followed;
}

/** The request itself; its values are the grant's as it stands. */
export function followUpRequest(target: OAuthTarget, one: FollowUp, grant: TokenGrant): Promise<WireRequest> {
  const accessToken = grant.accessToken.reveal();
  const values = {
    ...commonValues(target),
    ...capturedValues(grant.captured),
    access_token: accessToken,
    refresh_token: grant.refreshToken?.reveal(),
  };
  return renderRequest(one.request, { target, values, accessToken, tokenType: grant.tokenType });
}

async function step(
  wire: Wire,
  target: OAuthTarget,
  { one, followed: { grant, trace } }: { one: FollowUp; followed: Followed },
): Promise<Followed> {
  const held = [grant.accessToken, grant.refreshToken].flatMap((secret) => (secret ? [secret.reveal()] : []));
  const secrets = [...serviceSecretsOf(target), ...held];
  const request = await followUpRequest(target, one, grant);
  const answer = await wire.send({ step: 'follow_up', request }, secrets);
  const steps = [...trace, ...answer.trace];
  if (one.replacesTokens) return { grant: await replaced(target, grant, answer), trace: steps };
  if (!isGood(answer, one)) throw unlike(answer);
  const captured = captureFrom(documentOf(answer, one.encoding), one.captures);
  const missing = Object.keys(one.captures).filter((name) => captured[name] === undefined);
  if (missing.length > 0) throw unlike(answer, ` It has no ${missing.join(', ')}.`);
  return { grant: { ...grant, captured: { ...grant.captured, ...captured } }, trace: steps };
}

/** Read like any token answer; what it doesn't say is as the exchange said. */
async function replaced(target: OAuthTarget, grant: TokenGrant, answer: RawAnswer): Promise<TokenGrant> {
  return readAnswer(target, answer, { previous: grant });
}

function unlike(answer: RawAnswer, more = ''): TokenFault {
  return unusable(answer, {
    code: 'follow_up_failed',
    title: 'A request after the token’s arrival went wrong',
    detail: `The provider answered ${answer.status}, and not as followUps in the manifest expects.${more}`,
    hint: 'Check that the scopes allow this request, and compare followUps in the manifest with what the provider sends.',
  });
}
