import type { Issue } from './issue.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';
import { tokenRequest } from './token-request.js';
import type { WireRequest } from './wire-request.js';

/** RFC 6749 section 4.4.2: the client itself asks, with nothing but its own proof. */
export function clientCredentialsRequest(target: OAuthTarget, { scope, captured }: Issue): Promise<WireRequest> {
  const values = { ...commonValues(target), ...capturedValues(captured), scope };
  const grant = { type: 'client_credentials' as const, parameters: { ...(scope !== '' && { scope }) } };
  return tokenRequest(target, grant, { request: target.manifest.token, values });
}
