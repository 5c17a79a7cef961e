import type { Secret } from '@lockkeeper/sealing';
import { type ClientVerdict, clientVerdict } from './client-verdict.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { decided } from './trace.js';

/** A client secret that the provider may know instead of the one in use. What the provider made of it is told here, to whoever made the target. */
export class SecondSecret {
  /** Null while it was not needed. */
  verdict: ClientVerdict | null = null;

  constructor(readonly secret: Secret) {}
}

type Judge = (target: OAuthTarget, answer: RawAnswer) => ClientVerdict;

const REFUSED = 'The provider refused this client secret, and did nothing yet: sent once more, with the other one.';

/** As the client that the provider was found to know, in this piece of work. */
export function asKnown(target: OAuthTarget): OAuthTarget {
  const { second } = target;
  return second?.verdict === 'accepted' ? { ...target, clientSecret: second.secret } : target;
}

/**
 * Once more, with the second client secret, after a clear `invalid_client`, and after nothing else: what the request carries is unspent then
 * (see clientVerdict). Where there is no second one, it is simply sent.
 */
export async function asEitherClient(
  target: OAuthTarget,
  ask: (target: OAuthTarget) => Promise<RawAnswer>,
  judge: Judge = clientVerdict,
): Promise<RawAnswer> {
  const { second } = target;
  const first = asKnown(target);
  const answer = await ask(first);
  if (!second || second.verdict === 'accepted' || judge(first, answer) !== 'refused') return answer;
  const other = { ...target, clientSecret: second.secret };
  const again = await ask(other);
  second.verdict = judge(other, again);
  return afterRefusal(answer, again);
}

/** The second answer, with how it came to it. */
export const afterRefusal = (refused: RawAnswer, answer: RawAnswer): RawAnswer => ({
  ...answer,
  trace: [...decided(refused.trace, REFUSED), ...answer.trace],
});
