import type { Manifest, TokenRequest } from './manifest.schema.js';

/** The refresh's differences from the standard: what `refresh.request` doesn't say is as in the token request, member by member. */
export function refreshRequestOf({ token, refresh }: Pick<Manifest, 'token' | 'refresh'>): TokenRequest | null {
  if (!refresh) return null;
  const { method, url, query, headers, body } = refresh.request;
  return {
    method: method ?? token.method,
    url: url ?? token.url,
    query: query ?? token.query,
    headers: headers ?? token.headers,
    body: body ?? token.body,
  };
}
