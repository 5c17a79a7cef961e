import { isRefreshable, refreshRequestOf } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import type { Callback } from './callback.js';
import { capturedOfCallback } from './captured.js';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';
import type { TokenFault } from './token-fault.js';
import { tokenRequest } from './token-request.js';
import type { WireRequest } from './wire-request.js';

/** What a refresh is made with: the one token that the manifest says, both where there are both. */
export interface RefreshableGrant {
  refreshToken: Secret | null;
  accessToken: Secret | null;
  scope?: string | null;
  captured?: Record<string, unknown>;
}

/** RFC 6749 section 4.1.3, in the provider's dialect. */
export function exchangeRequest(
  target: OAuthTarget,
  { callback, codeVerifier }: { callback: Callback; codeVerifier: Secret | null },
): Promise<WireRequest> {
  const [code, verifier] = [callback.code.reveal(), codeVerifier?.reveal()];
  const parameters = {
    code,
    redirect_uri: target.redirectUri,
    ...(verifier !== undefined && { code_verifier: verifier }),
  };
  const captured = capturedValues(capturedOfCallback(target.manifest, callback));
  const values = { ...commonValues(target), ...captured, code, code_verifier: verifier };
  const grant = { type: 'authorization_code' as const, parameters };
  return tokenRequest(target, grant, { request: target.manifest.token, values });
}

/** RFC 6749 section 6, in the provider's dialect. Throws a TokenFault where there is nothing to refresh with. */
export async function refreshRequest(
  target: OAuthTarget,
  { refreshToken, accessToken, scope, captured = {} }: RefreshableGrant,
): Promise<WireRequest> {
  const request = refreshRequestOf(target.manifest);
  if (!request || !isRefreshable(target.manifest, { refreshToken, accessToken })) throw noRefresh(target);
  const [refresh, access] = [refreshToken?.reveal(), accessToken?.reveal()];
  const values = {
    ...commonValues(target),
    ...capturedValues(captured),
    refresh_token: refresh,
    access_token: access,
    scope,
  };
  const byRefreshToken = target.manifest.refresh?.by === 'refresh_token' && refresh !== undefined;
  const parameters: Record<string, string> = byRefreshToken ? { refresh_token: refresh } : {};
  return tokenRequest(target, { type: 'refresh_token', parameters }, { request, values, accessToken: access });
}

const noRefresh = ({ slug }: OAuthTarget): TokenFault =>
  notSendable('configuration', {
    code: 'no_refresh_at_provider',
    title: 'This provider knows no refresh',
    detail: `The manifest of ${slug} says that its tokens can’t be refreshed.`,
    hint: 'Send the user an authorization link for a new token; or correct refresh in the manifest.',
  });
