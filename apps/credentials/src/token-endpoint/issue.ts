import type { Secret } from '@lockkeeper/sealing';
import { clientCredentialsRequest } from './client-credentials.js';
import { jwtBearerRequest } from './jwt-bearer.js';
import type { OAuthTarget } from './oauth-target.js';
import { tokenExchangeRequest } from './token-exchange.js';
import type { WireRequest } from './wire-request.js';

/** What a token is asked for with where no user takes part: the first one, and each that follows it. */
export interface Issue {
  /** As the provider wants scopes joined; empty asks for none. */
  scope: string;
  captured: Record<string, unknown>;
  /** The token that is exchanged (RFC 8693). */
  subjectToken?: Secret | null | undefined;
  /** The token of whoever acts for the subject. */
  actorToken?: Secret | null | undefined;
  /** Stands in for the assertion that would be signed (RFC 7523): where nothing is sent. */
  assertion?: Secret | undefined;
}

/** The request of the manifest's grant. Throws a TokenFault where it can't be made. */
export async function issueRequest(target: OAuthTarget, issue: Issue): Promise<WireRequest> {
  const { grant } = target.manifest;
  if (grant === 'jwt_bearer') return jwtBearerRequest(target, issue);
  if (grant === 'token_exchange') return tokenExchangeRequest(target, issue);
  return clientCredentialsRequest(target, issue);
}
