import { MASK } from '@lockkeeper/egress';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { authorizationUrl } from './authorization-request.js';
import { followUpRequest } from './follow-ups.js';
import { exchangeRequest, refreshRequest } from './grant-requests.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TokenGrant } from './token-grant.js';
import { revokeRequest } from './token-revocation.js';
import type { Step } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

/** A request as it would be sent; or why it could not be. */
export interface RehearsedStep {
  step: Step | 'authorize';
  request: WireRequest | null;
  refused: { code: string; detail: string; hint: string | null } | null;
}

type Rehearsal = [step: RehearsedStep['step'], write: () => WireRequest | Promise<WireRequest>];

/**
 * Every request that the manifest leads to, written by the very code that sends them, and not sent. No secret takes part: each is
 * a mask from the start, so that none can be found in the result.
 */
export async function rehearse(target: OAuthTarget, scopes: readonly string[]): Promise<RehearsedStep[]> {
  const masked = { ...target, clientSecret: target.clientSecret && masks() };
  const steps: RehearsedStep[] = [];
  for (const [step, write] of rehearsals(masked, scopes)) steps.push(await rehearsed(step, write));
  return steps;
}

const masks = (): Secret => new Secret(MASK);

function rehearsals(target: OAuthTarget, scopes: readonly string[]): Rehearsal[] {
  const { manifest } = target;
  const grant = standInGrant(manifest);
  const { accessToken, refreshToken, captured } = grant;
  const callback = { code: masks(), parameters: callbackStandIns(manifest) };
  const codeVerifier = manifest.authorize.pkce === 'off' ? null : masks();
  const codeChallenge = codeVerifier && MASK;
  const { revoke, test } = manifest;
  const kinds = revoke && 'request' in revoke ? revoke.tokens : [];
  return [
    ['authorize', () => redirect(authorizationUrl(target, { state: MASK, scopes, codeChallenge }))],
    ['exchange', () => exchangeRequest(target, { callback, codeVerifier })],
    ...manifest.followUps.map((one): Rehearsal => ['follow_up', () => followUpRequest(target, one, grant)]),
    ...(manifest.refresh ? [['refresh', () => refreshRequest(target, grant)] as Rehearsal] : []),
    ...kinds.map((kind): Rehearsal => [
      'revoke',
      () => revokeRequest(target, { accessToken, refreshToken, captured }, kind),
    ]),
    ...(test ? [['test', () => testRequest(target, captured)] as Rehearsal] : []),
  ];
}

async function rehearsed(step: RehearsedStep['step'], write: Rehearsal[1]): Promise<RehearsedStep> {
  try {
    return { step, request: maskedBasic(await write()), refused: null };
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    const { code, detail, hint } = error;
    return { step, request: null, refused: { code, detail, hint } };
  }
}

const redirect = (url: URL): WireRequest => ({ method: 'GET', url: url.href, headers: {} });

function testRequest(target: OAuthTarget, captured: Record<string, unknown>): WireRequest {
  const values = { ...commonValues(target), ...capturedValues(captured), access_token: MASK };
  return renderRequest(target.manifest.test!.request, { target, values, accessToken: MASK });
}

/** Base64 of a mask looks like a secret. */
const maskedBasic = ({ headers, ...request }: WireRequest): WireRequest => ({
  ...request,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/^Basic .+$/i, `Basic ${MASK}`)]),
  ),
});

function standInGrant(manifest: Manifest): TokenGrant {
  return {
    accessToken: masks(),
    tokenType: manifest.answer.acceptedTokenTypes[0]!,
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
