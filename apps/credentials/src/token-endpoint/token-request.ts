import type { TemplateValues, TokenRequest } from '@lockkeeper/manifests';
import { allowInsecureRequests, customFetch, genericTokenEndpointRequest } from 'oauth4webapi';
import { authenticated } from './client-authentication.js';
import type { OAuthTarget } from './oauth-target.js';
import { overlaid, renderUrl, shownBy, written } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

export interface Grant {
  type: 'authorization_code' | 'refresh_token' | 'client_credentials' | `urn:ietf:params:oauth:grant-type:${string}`;
  parameters: Record<string, string | readonly string[]>;
}

export interface TokenRequestParts {
  request: TokenRequest;
  values: TemplateValues;
  /** Where the request authenticates by the token that it prolongs. */
  accessToken?: string | undefined;
}

/** The standard's request to the token endpoint, in the provider's dialect. */
export async function tokenRequest(
  target: OAuthTarget,
  grant: Grant,
  { request, values, accessToken }: TokenRequestParts,
): Promise<WireRequest> {
  const url = renderUrl(target.manifest, request, values);
  const own = await authenticated(request.authentication, { target, values, accessToken });
  const standard = await standardRequest(target, grant, url);
  for (const [name, value] of Object.entries(own.query)) url.searchParams.set(name, value);
  const parameters = [...grouped(standard.parameters), ...Object.entries(own.parameters)];
  const wire = written(
    {
      request,
      url,
      parameters: overlaid(parameters, request.body.parameters, values),
      headers: { ...standard.headers, ...own.headers },
    },
    values,
  );
  const { dpopKey } = target;
  return { ...wire, certificate: shownBy(target, request.authentication), proof: dpopKey ? { key: dpopKey } : null };
}

/** One entry for each name; what comes several times as a list. */
function grouped(parameters: URLSearchParams): [string, string | readonly string[]][] {
  return [...new Set(parameters.keys())].map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? values[0]! : values];
  });
}

const pairs = (parameters: Grant['parameters']): string[][] =>
  Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));

interface StandardRequest {
  headers: Record<string, string>;
  parameters: URLSearchParams;
}

/**
 * What oauth4webapi would send, taken from its own hook at the moment of sending: the grant stays the library's.
 * It is egress that sends, and that decides about plain http.
 */
async function standardRequest(target: OAuthTarget, grant: Grant, url: URL): Promise<StandardRequest> {
  const requests: StandardRequest[] = [];
  const as = { issuer: target.manifest.issuer ?? url.origin, token_endpoint: url.href };
  const client = { client_id: target.clientId };
  await genericTokenEndpointRequest(as, client, () => undefined, grant.type, pairs(grant.parameters), {
    [allowInsecureRequests]: true,
    [customFetch]: async (_url, { headers, body }) => {
      requests.push({ headers: headers.accept ? { accept: headers.accept } : {}, parameters: body });
      return new Response();
    },
  });
  return requests[0]!;
}
