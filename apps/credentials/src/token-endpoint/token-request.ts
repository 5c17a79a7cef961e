import type { TemplateValues, TokenRequest } from '@lockkeeper/manifests';
import { allowInsecureRequests, customFetch, genericTokenEndpointRequest } from 'oauth4webapi';
import { clientAuth } from './client-authentication.js';
import type { OAuthTarget } from './oauth-target.js';
import { encodeBody, overlaid, renderHeaders, renderUrl, toForm } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

export interface Grant {
  type: 'authorization_code' | 'refresh_token';
  parameters: Record<string, string>;
}

interface StandardRequest {
  headers: Record<string, string>;
  parameters: URLSearchParams;
}

/** The standard's request to the token endpoint, in the provider's dialect. */
export async function tokenRequest(
  target: OAuthTarget,
  grant: Grant,
  { request, values }: { request: TokenRequest; values: TemplateValues },
): Promise<WireRequest> {
  const url = renderUrl(request, values);
  const standard = await standardRequest(target, grant, url);
  const parameters = overlaid(standard.parameters, request.body.parameters, values);
  const headers = { ...standard.headers, ...renderHeaders(request.headers, values) };
  if (request.method === 'GET') {
    for (const [name, value] of toForm(parameters)) url.searchParams.set(name, value);
    return { method: 'GET', url: url.href, headers };
  }
  const { body, contentType } = encodeBody(request.body.encoding, parameters);
  return { method: 'POST', url: url.href, headers: { 'content-type': contentType, ...headers }, body };
}

/**
 * What oauth4webapi would send, taken from its own hook at the moment of sending: grant and client authentication stay the library's.
 * It is egress that sends, and that decides about plain http.
 */
async function standardRequest(target: OAuthTarget, grant: Grant, url: URL): Promise<StandardRequest> {
  const written: StandardRequest[] = [];
  const as = { issuer: target.manifest.issuer ?? url.origin, token_endpoint: url.href };
  const authentication = clientAuth(target, target.manifest.clientAuthentication);
  await genericTokenEndpointRequest(as, { client_id: target.clientId }, authentication, grant.type, grant.parameters, {
    [allowInsecureRequests]: true,
    [customFetch]: async (_url, { headers, body }) => {
      const { accept, authorization } = headers;
      written.push({
        headers: { ...(accept && { accept }), ...(authorization && { authorization }) },
        parameters: body,
      });
      return new Response();
    },
  });
  return written[0]!;
}
