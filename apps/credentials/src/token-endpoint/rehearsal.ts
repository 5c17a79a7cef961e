import { MASK } from '@lockkeeper/egress';
import { bringsCode, isUserless, isGeneric, sensitiveFields, serviceSecretNames } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { authorizationUrl, pushedUrl, pushRequest } from './authorization-request.js';
import type { AuthorizationQuestion } from './authorization-request.js';
import { deviceRequest, pollRequest } from './device-authorization.js';
import { followUpRequest } from './follow-ups.js';
import { exchangeRequest, refreshRequest } from './grant-requests.js';
import { issueRequest } from './issue.js';
import type { Issue } from './issue.js';
import type { OAuthTarget } from './oauth-target.js';
import { scopeOf } from './granted-scope.js';
import { capturedValues, commonValues } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TokenGrant } from './token-grant.js';
import { introspectRequest } from './token-introspection.js';
import { revokeRequest } from './token-revocation.js';
import type { Step } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

/** A request as it would be sent; or why it could not be. */
export interface RehearsedStep {
  step: Exclude<Step, 'callback'>;
  request: WireRequest | null;
  refused: { code: string; detail: string; hint: string | null } | null;
}

type Rehearsal = [step: RehearsedStep['step'], write: () => WireRequest | Promise<WireRequest>];

/**
 * Every request that the manifest leads to, written by the very code that sends them, and not sent. No secret takes part: each is
 * a mask from the start, so that none can be found in the result.
 */
export async function rehearse(target: OAuthTarget, scopes: readonly string[]): Promise<RehearsedStep[]> {
  const masked = {
    ...target,
    clientSecret: target.clientSecret && masks(),
    secrets: Object.fromEntries(serviceSecretNames(target.manifest).map((name) => [name, masks()])),
    params: { ...target.params, ...maskedFields(target) },
    dpopKey: target.manifest.dpop ? masks() : null,
  };
  const steps: RehearsedStep[] = [];
  for (const [step, write] of rehearsals(masked, scopes)) steps.push(await rehearsed(step, write));
  return steps;
}

const masks = (): Secret => new Secret(MASK);

const maskedFields = ({ manifest }: OAuthTarget): Record<string, string> =>
  Object.fromEntries(sensitiveFields(manifest).map((key) => [key, MASK]));

function rehearsals(target: OAuthTarget, scopes: readonly string[]): Rehearsal[] {
  const { manifest } = target;
  const grant = standInGrant(manifest);
  const { accessToken, refreshToken, captured } = grant;
  const tokens = { accessToken, refreshToken, captured };
  const callback = { code: masks(), parameters: callbackStandIns(manifest) };
  const codeVerifier = manifest.authorize.pkce === 'off' ? null : masks();
  const codeChallenge = codeVerifier && MASK;
  const { revoke, test } = manifest;
  if (isGeneric(manifest)) return test ? [['test', () => testRequest(target, captured)]] : [];
  const kinds = revoke && 'request' in revoke ? revoke.tokens : [];
  return [
    ...departures(target, { state: MASK, scopes, codeChallenge, dpopThumbprint: manifest.dpop ? MASK : null }),
    ...(bringsCode(manifest)
      ? [['exchange', () => exchangeRequest(target, { callback, codeVerifier })] as Rehearsal]
      : []),
    ...deviceRehearsals(target, scopes),
    ...(isUserless(manifest) ? [['issue', () => issueRequest(target, standInIssue(target, scopes))] as Rehearsal] : []),
    ...manifest.followUps.map((one): Rehearsal => ['follow_up', () => followUpRequest(target, one, grant)]),
    ...(manifest.refresh && !isUserless(manifest)
      ? [['refresh', () => refreshRequest(target, grant)] as Rehearsal]
      : []),
    ...kinds.map((kind): Rehearsal => ['revoke', () => revokeRequest(target, tokens, kind)]),
    // For proof of a revocation, of each token that it was to end.
    ...(manifest.introspect ? kinds : []).map((kind): Rehearsal => [
      'introspect',
      () => introspectRequest(target, tokens, kind),
    ]),
    ...(test ? [['test', () => testRequest(target, captured)] as Rehearsal] : []),
  ];
}

function departures(target: OAuthTarget, question: AuthorizationQuestion): Rehearsal[] {
  const { authorize, pushedAuthorization } = target.manifest;
  if (authorize.url === undefined) return [];
  if (!pushedAuthorization) return [['authorize', () => redirect(authorizationUrl(target, question))]];
  return [
    ['push', () => pushRequest(target, question)],
    ['authorize', () => redirect(pushedUrl(target, MASK, question))],
  ];
}

async function rehearsed(step: RehearsedStep['step'], write: Rehearsal[1]): Promise<RehearsedStep> {
  try {
    return { step, request: masked(await write()), refused: null };
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    const { code, detail, hint } = error;
    return { step, request: null, refused: { code, detail, hint } };
  }
}

function deviceRehearsals(target: OAuthTarget, scopes: readonly string[]): Rehearsal[] {
  if (target.manifest.grant !== 'device_code') return [];
  return [
    ['device', () => deviceRequest(target, scopes)],
    ['poll', () => pollRequest(target, masks(), scopes)],
  ];
}

/** A real assertion would be as good as a secret for as long as it lives. */
const standInIssue = ({ manifest }: OAuthTarget, scopes: readonly string[]): Issue => ({
  scope: scopeOf(manifest, scopes),
  captured: capturedStandIns(manifest),
  subjectToken: masks(),
  actorToken: masks(),
  assertion: masks(),
});

const redirect = (url: URL): WireRequest => ({ method: 'GET', url: url.href, headers: {} });

function testRequest(target: OAuthTarget, captured: Record<string, unknown>): Promise<WireRequest> {
  const values = { ...commonValues(target), ...capturedValues(captured), access_token: MASK };
  const held = { accessToken: MASK, tokenType: standInType(target.manifest) };
  return renderRequest(target.manifest.test!.request, { target, values, ...held });
}

/** Base64 of a mask looks like a secret, and a signed assertion is one for as long as it lives. */
const masked = ({ method, url, headers, body, proof }: WireRequest): WireRequest => ({
  method,
  url,
  headers: {
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace(/^Basic .+$/i, `Basic ${MASK}`)]),
    ),
    ...(proof && { dpop: MASK }),
  },
  ...(body !== undefined && { body: body.replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, MASK) }),
});

const standInType = ({ answer, dpop }: Manifest): string => (dpop ? 'DPoP' : answer.acceptedTokenTypes[0]!);

function standInGrant(manifest: Manifest): TokenGrant {
  return {
    accessToken: masks(),
    tokenType: standInType(manifest),
    refreshToken: masks(),
    refreshTokenKept: false,
    expiresInSeconds: null,
    refreshTokenExpiresInSeconds: null,
    scope: null,
    namedTokens: {},
    captured: capturedStandIns(manifest),
  };
}

/** Values that could have been captured: each its own name; where one brings the host, a host that the manifest allows. */
export function capturedStandIns(manifest: Manifest): Record<string, string> {
  const { authorize, answer, followUps, hosts } = manifest;
  const names = [authorize, answer, ...followUps].flatMap(({ captures }) => Object.keys(captures));
  const text = JSON.stringify(manifest);
  return Object.fromEntries(
    names.map((name) => {
      const leads = new RegExp(`"\\{\\{[^}]*captured\\.${name}\\b`).test(text) && hosts.length > 0;
      if (text.includes(`https://{{ captured.${name} }}/`) && hosts.length > 0)
        return [name, hosts[0]!.replace('*', name)];
      return [name, leads ? `https://${hosts[0]!.replace('*', name)}` : name];
    }),
  );
}

/** The callback's parameters that bring them. */
export function callbackStandIns(manifest: Manifest): Record<string, string> {
  const values = capturedStandIns(manifest);
  const captured = Object.entries(manifest.authorize.captures);
  return Object.fromEntries(captured.map(([name, at]) => [at.slice(1), values[name]!]));
}
