import { renderTemplate } from '@lockkeeper/manifests';
import type { ManifestRequest, TemplateValues, TokenRequest } from '@lockkeeper/manifests';
import { basicHeader, secretOf } from './client-authentication.js';
import type { OAuthTarget } from './oauth-target.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export type ParameterValue = string | number | boolean;
export type Parameters = Map<string, ParameterValue>;

/** Puts values into the places of a URL, each percent-encoded, and appends the query. A query that the URL has of its own stays. */
export function renderUrl({ url, query }: Pick<TokenRequest, 'url' | 'query'>, values: TemplateValues): URL {
  const rendered = new URL(renderTemplate(url, values, encodeURIComponent));
  for (const [name, template] of Object.entries(query)) {
    const value = renderTemplate(template, values);
    if (value !== '') rendered.searchParams.set(name, value);
  }
  return rendered;
}

export function renderHeaders(headers: Record<string, string>, values: TemplateValues): Record<string, string> {
  const rendered = Object.entries(headers).map(
    ([name, template]) => [name.toLowerCase(), renderTemplate(template, values)] as const,
  );
  return Object.fromEntries(rendered.filter(([, value]) => value !== ''));
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

/** A body and its content type. */
export function encodeBody(encoding: 'form' | 'json', parameters: Parameters): { body: string; contentType: string } {
  if (encoding === 'json')
    return { body: JSON.stringify(Object.fromEntries(parameters)), contentType: 'application/json' };
  return { body: toForm(parameters).toString(), contentType: 'application/x-www-form-urlencoded' };
}

export const toForm = (parameters: Parameters): URLSearchParams =>
  new URLSearchParams([...parameters].map(([name, value]): [string, string] => [name, String(value)]));

export interface Rendering {
  target: OAuthTarget;
  values: TemplateValues;
  /** For requests that authenticate by the token. */
  accessToken?: string | undefined;
}

/** A request that a manifest says whole, with the one authentication that it names. */
export function renderRequest(request: ManifestRequest, rendering: Rendering): WireRequest {
  const { values } = rendering;
  const authentication = authenticated(request, rendering);
  const headers = { accept: 'application/json', ...renderHeaders(request.headers, values), ...authentication.headers };
  const url = renderUrl(request, values).href;
  if (request.body.encoding === 'none') return { method: request.method, url, headers };
  const parameters = overlaid(authentication.parameters, request.body.parameters, values);
  const { body, contentType } = encodeBody(request.body.encoding, parameters);
  return { method: request.method, url, headers: { 'content-type': contentType, ...headers }, body };
}

interface Authenticated {
  headers: Record<string, string>;
  parameters: [string, string][];
}

function authenticated({ authentication }: ManifestRequest, { target, accessToken = '' }: Rendering): Authenticated {
  const method = authentication === 'client' ? target.manifest.clientAuthentication : authentication;
  switch (method) {
    case 'basic':
    case 'basic_raw':
      return { headers: { authorization: basicHeader(target, method) }, parameters: [] };
    case 'post':
      return {
        headers: {},
        parameters: Object.entries({ client_id: target.clientId, client_secret: secretOf(target) }),
      };
    case 'access_token': {
      const { header, scheme } = target.manifest.use;
      return {
        headers: { [header.toLowerCase()]: scheme === '' ? accessToken : `${scheme} ${accessToken}` },
        parameters: [],
      };
    }
    case 'none':
      // Asked for by name, nothing; of a public client at its own endpoint, its id (RFC 7009 section 2.1).
      return { headers: {}, parameters: authentication === 'client' ? [['client_id', target.clientId]] : [] };
  }
}
