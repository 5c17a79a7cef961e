import { valueAt } from '@lockkeeper/manifests';
import { claimsOf } from './captured.js';
import { unusable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';

/**
 * RFC 8705 section 3: an access token that is bound to the client's certificate is good only over connections that show it, and its key stays in
 * this workspace. Told where it can be seen: in a JWT's `cnf` (section 3.1); nobody else may rely on what is inside. A connection that has
 * lived so far is not ended for it. Throws a TokenFault.
 */
export function checkNotCertificateBound({ manifest }: OAuthTarget, accessToken: string, answer: RawAnswer): void {
  if (manifest.clientAuthentication !== 'tls_client_auth' || !namesCertificate(accessToken)) return;
  throw unusable(answer, {
    code: 'token_certificate_bound',
    title: 'The provider gave a token that is bound to the client’s certificate',
    detail:
      'APIs take it only over connections that show the certificate (RFC 8705 section 3), whose key never leaves credentials: no call could use it.',
    hint: 'Switch tls_client_certificate_bound_access_tokens off for this client at the provider; for tokens that are bound to something, use dpop in the manifest.',
  });
}

function namesCertificate(token: string): boolean {
  // What is no JWT may be bound all the same: nobody can see it.
  const claims = token.split('.').length === 3 ? claimsOf(token) : undefined;
  return typeof valueAt(claims, '/cnf/x5t#S256') === 'string';
}
