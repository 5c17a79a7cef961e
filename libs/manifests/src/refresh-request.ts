import { renewedBy } from './grants.js';
import type { Manifest, TokenRequest } from './manifest.schema.js';

/** The refresh's differences from the standard: what `refresh.request` doesn't say is as in the token request, member by member. */
export function refreshRequestOf({ token, refresh }: Pick<Manifest, 'token' | 'refresh'>): TokenRequest | null {
  if (!refresh) return null;
  const { method, url, query, headers, authentication, body } = refresh.request;
  return {
    method: method ?? token.method,
    url: url ?? token.url,
    query: query ?? token.query,
    headers: headers ?? token.headers,
    authentication: authentication ?? token.authentication,
    body: body ?? token.body,
  };
}

/** Whether there is anything to refresh with. */
export function isRefreshable(
  manifest: Pick<Manifest, 'kind' | 'grant' | 'refresh'>,
  held: { accessToken: unknown; refreshToken: unknown },
): boolean {
  const by = renewedBy(manifest);
  if (by === null || by === 'grant') return by === 'grant';
  return (by === 'access_token' ? held.accessToken : held.refreshToken) !== null;
}
