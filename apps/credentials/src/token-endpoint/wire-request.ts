import { HostNotAllowed, renderTemplate, renderUrl as rendered } from '@lockkeeper/manifests';
import type { Manifest, ManifestRequest, TemplateValues, TokenRequest } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { authenticated } from './client-authentication.js';
import { notSendable } from './faults.js';
import type { ClientCertificate, OAuthTarget } from './oauth-target.js';
import { encodeBody, toForm } from './request-body.js';
import type { Parameters, ParameterValue } from './request-body.js';

/** RFC 9449: which key is proved with a request, and which token goes with it to an API; none goes to a token endpoint. */
export interface DpopBinding {
  key: Secret;
  accessToken?: string;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** Shown at the beginning of the connection. */
  certificate?: ClientCertificate | null | undefined;
  /** Proved anew each time that it is sent. */
  proof?: DpopBinding | null | undefined;
}

/** A URL of the manifest with its values in it. Throws a TokenFault where it would lead to a host that the manifest doesn't allow. */
export function renderUrl(
  { hosts }: Pick<Manifest, 'hosts'>,
  request: Pick<TokenRequest, 'url' | 'query'>,
  values: TemplateValues,
): URL {
  try {
    return rendered(request, values, hosts);
  } catch (error) {
    if (!(error instanceof HostNotAllowed)) throw error;
    const { code, title, detail, hint } = error;
    throw notSendable('configuration', { code, title, detail, hint: hint ?? '' });
  }
}

/**
 * Lays a manifest's parameters over those that are there: a value adds or replaces, null takes away. None is ever twice,
 * and none is empty (RFC 6749 section 3.2).
 */
export function overlaid(
  standard: Iterable<readonly [string, ParameterValue | readonly string[]]>,
  overlay: Record<string, ParameterValue | null>,
  values: TemplateValues,
): Parameters {
  const parameters = new Map(standard);
  for (const [name, template] of Object.entries(overlay)) {
    if (template === null) parameters.delete(name);
    else parameters.set(name, typeof template === 'string' ? renderTemplate(template, values) : template);
  }
  return new Map([...parameters].filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)));
}

/** What is known of a request before it is written. */
export interface Draft {
  request: Pick<ManifestRequest | TokenRequest, 'method' | 'headers' | 'body'>;
  url: URL;
  parameters: Parameters;
  /** Weaker than the manifest's own of the same name. */
  headers: Record<string, string>;
}

/** Parameters go where the encoding says; the headers come last, since they may sign all the rest. */
export function written({ request, url, parameters, headers }: Draft, values: TemplateValues): WireRequest {
  const { method } = request;
  const { encoding, root } = request.body;
  const inBody = method !== 'GET' && encoding !== 'query' && encoding !== 'none';
  if (!inBody) inQuery(url, parameters);
  const { body, contentType } = inBody ? encodeBody({ encoding, root }, parameters) : {};
  const target = { method, url: url.href, path: url.pathname + url.search, body };
  const ofRequest = Object.fromEntries(Object.entries(target).map(([name, value]) => [`request.${name}`, value]));
  const own = renderHeaders(request.headers, { ...values, ...ofRequest });
  return {
    method,
    url: url.href,
    headers: { ...(contentType && { 'content-type': contentType }), ...headers, ...own },
    ...(body !== undefined && { body }),
  };
}

function inQuery(url: URL, parameters: Parameters): void {
  for (const name of parameters.keys()) url.searchParams.delete(name);
  for (const [name, value] of toForm(parameters)) url.searchParams.append(name, value);
}

function renderHeaders(headers: Record<string, string>, values: TemplateValues): Record<string, string> {
  const rendering = Object.entries(headers).map(
    ([name, template]) => [name.toLowerCase(), renderTemplate(template, values)] as const,
  );
  return Object.fromEntries(rendering.filter(([, value]) => value !== ''));
}

export interface Rendering {
  target: OAuthTarget;
  values: TemplateValues;
  /** For requests that authenticate by the token. */
  accessToken?: string | undefined;
  /** Of that token; left out: it travels as `use` in the manifest has it. */
  tokenType?: string | null | undefined;
}

/** A request that a manifest says whole, with the one authentication that it names. */
export async function renderRequest(
  request: ManifestRequest,
  { target, values, accessToken = '', tokenType }: Rendering,
): Promise<WireRequest> {
  const proof = request.authentication === 'access_token' && isBound(tokenType) ? bindingOf(target, accessToken) : null;
  const by = { target: proof ? schemed(target) : target, values, accessToken };
  const { headers, parameters, query } = await authenticated(request.authentication, by);
  const url = renderUrl(target.manifest, request, values);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const wire = written(
    {
      request,
      url,
      parameters: overlaid(Object.entries(parameters), request.body.parameters, values),
      headers: { accept: 'application/json', ...headers },
    },
    values,
  );
  return { ...wire, certificate: shownBy(target, request.authentication), proof };
}

/** RFC 9449 section 5: such a token is good only together with a proof by the key that it is bound to. */
export const isBound = (tokenType: string | null | undefined): boolean => tokenType?.toLowerCase() === 'dpop';

/** Section 7.1. */
const schemed = (target: OAuthTarget): OAuthTarget => ({
  ...target,
  manifest: { ...target.manifest, use: { ...target.manifest.use, scheme: 'DPoP' } },
});

function bindingOf({ slug, dpopKey }: OAuthTarget, accessToken: string): DpopBinding {
  if (dpopKey) return { key: dpopKey, accessToken };
  throw notSendable('configuration', {
    code: 'dpop_key_missing',
    title: 'The token’s key is not here',
    detail: `The token of ${slug} is bound to a key (DPoP), which this connection doesn’t hold.`,
    hint: 'Send the user an authorization link: the new grant gets a key of its own.',
  });
}

/** Only where the request is one that the client proves itself by with it. */
export function shownBy(
  { manifest, certificate }: OAuthTarget,
  authentication: ManifestRequest['authentication'],
): ClientCertificate | null {
  const method = authentication === 'client' ? manifest.clientAuthentication : authentication;
  return method === 'tls_client_auth' ? (certificate ?? null) : null;
}
