import { LockkeeperError } from '@lockkeeper/doors';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { PROBLEMS, type ProblemName } from './words.js';

/**
 * What an end user is told of an error. Their words say what they can do; what the provider said, and what an admin has to
 * mend, is in the connection's timeline.
 */
export function problemOf(error: unknown): ProblemName {
  if (error instanceof TokenFault) return ofFault(error);
  if (!(error instanceof LockkeeperError)) return 'our_trouble';
  if (error.code === 'answer_misdirected') return 'set_up_wrongly';
  const known = PROBLEMS.find((name) => name === error.code);
  return known ?? (error.kind === 'not_found' || error.kind === 'gone' ? 'not_there' : 'our_trouble');
}

function ofFault({ oauthError, owner, code }: TokenFault): ProblemName {
  if (oauthError === 'access_denied') return 'access_denied';
  if (code === 'issuer_mismatch' || code === 'callback_unproved') return 'not_from_provider';
  switch (owner) {
    case 'client':
    case 'configuration':
      return 'set_up_wrongly';
    case 'grant':
      return 'start_again';
    case 'us':
      return 'our_trouble';
    case 'provider':
    case 'network':
      return 'provider_trouble';
  }
}
