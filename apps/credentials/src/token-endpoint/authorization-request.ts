import { Secret } from '@lockkeeper/sealing';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import { scopesByParameter } from './granted-scope.js';
import type { OAuthTarget } from './oauth-target.js';
import { toForm } from './request-body.js';
import { commonValues } from './template-values.js';
import { overlaid, renderUrl } from './wire-request.js';

export interface Pkce {
  /** RFC 7636 section 4.1: 256 random bits as 43 characters. */
  verifier: Secret;
  /** S256 of it; no other method is spoken (section 7.2). */
  challenge: string;
}

/** Fresh for each flow; null where the manifest says that the provider breaks on PKCE. */
export async function drawPkce({ manifest }: OAuthTarget): Promise<Pkce | null> {
  if (manifest.authorize.pkce === 'off') return null;
  const verifier = generateRandomCodeVerifier();
  return { verifier: new Secret(verifier), challenge: await calculatePKCECodeChallenge(verifier) };
}

export interface AuthorizationQuestion {
  state: string;
  scopes: readonly string[];
  codeChallenge: string | null;
}

/** RFC 6749 section 4.1.1, with RFC 7636 section 4.3. A query that the authorize URL has of its own stays (section 3.1). */
export function authorizationUrl(target: OAuthTarget, { state, scopes, codeChallenge }: AuthorizationQuestion): URL {
  const { manifest, clientId, redirectUri } = target;
  const { authorize } = manifest;
  const asked = scopesByParameter(manifest, scopes);
  const scope = asked.scope.join(authorize.scopeSeparator);
  const further = Object.entries(asked.further).map(([name, list]) => [name, list.join(authorize.scopeSeparator)]);
  const values = { ...commonValues(target), scope, state, code_challenge: codeChallenge };
  const standard = Object.entries<string>({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    ...Object.fromEntries(further),
    [authorize.stateParameter]: state,
    ...(codeChallenge !== null && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
  });
  const url = renderUrl(manifest, { url: authorize.url, query: {} }, values);
  for (const [name, value] of toForm(overlaid(standard, authorize.parameters, values)))
    url.searchParams.set(name, value);
  // A space as %20 is read as one by every server; as "+" by those only that know forms.
  url.search = url.searchParams.toString().replaceAll('+', '%20');
  if (authorize.fragment !== undefined) url.hash = authorize.fragment;
  return url;
}
