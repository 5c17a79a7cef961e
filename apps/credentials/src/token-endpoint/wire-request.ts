import { HostNotAllowed, renderTemplate, renderUrl as rendered } from '@lockkeeper/manifests';
import type { Manifest, ManifestRequest, TemplateValues, TokenRequest } from '@lockkeeper/manifests';
import { authenticated } from './client-authentication.js';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import { encodeBody, toForm } from './request-body.js';
import type { Parameters, ParameterValue } from './request-body.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
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
  standard: Iterable<readonly [string, ParameterValue]>,
  overlay: Record<string, ParameterValue | null>,
  values: TemplateValues,
): Parameters {
  const parameters = new Map(standard);
  for (const [name, template] of Object.entries(overlay)) {
    if (template === null) parameters.delete(name);
    else parameters.set(name, typeof template === 'string' ? renderTemplate(template, values) : template);
  }
  return new Map([...parameters].filter(([, value]) => value !== ''));
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
  if (!inBody) for (const [name, value] of toForm(parameters)) url.searchParams.set(name, value);
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
}

/** A request that a manifest says whole, with the one authentication that it names. */
export function renderRequest(request: ManifestRequest, { target, values, accessToken = '' }: Rendering): WireRequest {
  const { headers, parameters, query } = authenticated(request.authentication, { target, values, accessToken });
  const url = renderUrl(target.manifest, request, values);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return written(
    {
      request,
      url,
      parameters: overlaid(Object.entries(parameters), request.body.parameters, values),
      headers: { accept: 'application/json', ...headers },
    },
    values,
  );
}
