import { bringsCode } from '@lockkeeper/manifests';
import type { TemplateValues } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import { authenticated } from './client-authentication.js';
import { notSendable } from './faults.js';
import { scopesByParameter } from './granted-scope.js';
import type { OAuthTarget } from './oauth-target.js';
import { toForm } from './request-body.js';
import type { Parameters } from './request-body.js';
import { commonValues } from './template-values.js';
import type { TokenFault } from './token-fault.js';
import { overlaid, renderUrl, shownBy, written } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

export interface Pkce {
  /** RFC 7636 section 4.1: 256 random bits as 43 characters. */
  verifier: Secret;
  /** S256 of it; no other method is spoken (section 7.2). */
  challenge: string;
}

/** Fresh for each flow; null where the manifest says that the provider breaks on PKCE, and where no code comes that it could protect. */
export async function drawPkce({ manifest }: OAuthTarget): Promise<Pkce | null> {
  if (manifest.authorize.pkce === 'off' || !bringsCode(manifest)) return null;
  const verifier = generateRandomCodeVerifier();
  return { verifier: new Secret(verifier), challenge: await calculatePKCECodeChallenge(verifier) };
}

export interface AuthorizationQuestion {
  state: string;
  scopes: readonly string[];
  codeChallenge: string | null;
  /** Of the key that the grant's tokens are to be bound to. */
  dpopThumbprint?: string | null;
}

/** RFC 6749 section 4.1.1, with RFC 7636 section 4.3. A query that the authorize URL has of its own stays (section 3.1). */
export function authorizationUrl(target: OAuthTarget, question: AuthorizationQuestion): URL {
  return frontChannel(target, authorizationParameters(target, question), question);
}

/** RFC 9126 section 4: the browser carries who asks, and a reference to what. */
export function pushedUrl(target: OAuthTarget, requestUri: string, question: AuthorizationQuestion): URL {
  const carried = new Map([
    ['client_id', target.clientId],
    ['request_uri', requestUri],
  ]);
  return frontChannel(target, carried, question);
}

/** RFC 9126 section 2.1: the same parameters, by POST, the client proven as at the token endpoint. */
export async function pushRequest(target: OAuthTarget, question: AuthorizationQuestion): Promise<WireRequest> {
  const values = valuesOf(target, question);
  const own = await authenticated('client', { target, values });
  const parameters = new Map([...authorizationParameters(target, question), ...Object.entries(own.parameters)]);
  const url = renderUrl(target.manifest, { url: target.manifest.pushedAuthorization!.url, query: {} }, values);
  const request = {
    method: 'POST' as const,
    headers: {},
    body: { encoding: 'form' as const, root: '', parameters: {} },
  };
  const headers = { accept: 'application/json', ...own.headers };
  return { ...written({ request, url, parameters, headers }, values), certificate: shownBy(target, 'client') };
}

const valuesOf = (target: OAuthTarget, { state, scopes, codeChallenge }: AuthorizationQuestion): TemplateValues => ({
  ...commonValues(target),
  scope: scopesByParameter(target.manifest, scopes).scope.join(target.manifest.authorize.scopeSeparator),
  state,
  code_challenge: codeChallenge,
});

function authorizationParameters(target: OAuthTarget, question: AuthorizationQuestion): Parameters {
  const { manifest, clientId, redirectUri } = target;
  const { authorize } = manifest;
  const { state, scopes, codeChallenge, dpopThumbprint } = question;
  const asked = scopesByParameter(manifest, scopes);
  const scope = asked.scope.join(authorize.scopeSeparator);
  const further = Object.entries(asked.further).map(([name, list]) => [name, list.join(authorize.scopeSeparator)]);
  const standard = Object.entries<string>({
    ...(bringsCode(manifest) && { response_type: 'code' }),
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    ...Object.fromEntries(further),
    [authorize.stateParameter]: state,
    ...(codeChallenge !== null && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
    // RFC 9449 section 10: whoever steals the code needs the key too.
    ...(dpopThumbprint && { dpop_jkt: dpopThumbprint }),
  });
  return overlaid(standard, authorize.parameters, valuesOf(target, question));
}

function frontChannel(target: OAuthTarget, parameters: Parameters, question: AuthorizationQuestion): URL {
  const { authorize } = target.manifest;
  if (authorize.url === undefined) throw nothingToAuthorize(target);
  const url = renderUrl(target.manifest, { url: authorize.url, query: {} }, valuesOf(target, question));
  for (const [name, value] of toForm(parameters)) url.searchParams.set(name, value);
  // A space as %20 is read as one by every server; as "+" by those only that know forms.
  url.search = url.searchParams.toString().replaceAll('+', '%20');
  if (authorize.fragment !== undefined) url.hash = authorize.fragment;
  return url;
}

const nothingToAuthorize = ({ slug, manifest }: OAuthTarget): TokenFault =>
  notSendable('configuration', {
    code: 'no_consent_at_provider',
    title: 'Nobody has to consent',
    detail: `The manifest of ${slug} has no authorize.url: with the grant ${manifest.grant} no browser is sent anywhere.`,
    hint: 'POST /v1/connections/:id/issue asks for a token without a user; with the grant device_code, POST /v1/connections/:id/device-authorizations.',
  });
