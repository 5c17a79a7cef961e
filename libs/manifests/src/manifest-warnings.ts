import type { Manifest } from './manifest.schema.js';
import { pointerTo } from './json-pointer.js';
import { namesOrNone, templatesOf } from './request-templates.js';

/** Allowed, and worth a second look. */
export interface ManifestWarning {
  pointer: string;
  problem: string;
}

const TOKENS_IN_TEMPLATES = ['token', 'access_token', 'refresh_token'];

export function manifestWarnings(manifest: Manifest): ManifestWarning[] {
  return [
    ...(manifest.quirks.includes('token_request_by_get')
      ? [warning(['quirks'], 'sends codes and refresh tokens in URLs, where servers and proxies log them')]
      : []),
    ...(manifest.authorize.pkce === 'off'
      ? [warning(['authorize', 'pkce'], 'is off: a stolen code can be used by its thief (RFC 9700 section 2.1.1)')]
      : []),
    ...wideScopes(manifest),
    ...tokensInUrls(manifest),
    ...revokeElsewhere(manifest),
  ];
}

/** RFC 9700 section 2.3: as little as will do. */
function wideScopes({ authorize: { scopes } }: Manifest): ManifestWarning[] {
  return scopes.flatMap((scope, at) =>
    /(^|[^a-z])(admin|all|full|root|\*)([^a-z]|$)/i.test(scope)
      ? [warning(['authorize', 'scopes', at], 'looks like everything at once; ask for what is needed')]
      : [],
  );
}

function tokensInUrls({ revoke, test }: Manifest): ManifestWarning[] {
  const requests = [
    ...(revoke && 'request' in revoke ? [{ path: ['revoke', 'request'], request: revoke.request }] : []),
    ...(test ? [{ path: ['test', 'request'], request: test.request }] : []),
  ];
  return requests.flatMap(({ path, request }) =>
    templatesOf(request)
      .filter(({ path: [part] }) => part === 'url' || part === 'query')
      .filter(({ text }) => namesOrNone(text).some((name) => TOKENS_IN_TEMPLATES.includes(name)))
      .map(({ path: at }) => warning([...path, ...at], 'puts a token into a URL, where servers and proxies log it')),
  );
}

/** A revocation that goes to another company than the token request would hand tokens to it. */
function revokeElsewhere({ token, revoke }: Manifest): ManifestWarning[] {
  if (!revoke || !('request' in revoke) || site(revoke.request.url) === site(token.url)) return [];
  return [
    warning(
      ['revoke', 'request', 'url'],
      `sends tokens to another site than the token request: ${site(revoke.request.url)}`,
    ),
  ];
}

/** The last two labels of the host: near enough to the registrable domain to be worth a look. */
function site(url: string): string {
  const host = URL.parse(url.replaceAll(/\{\{.*?\}\}/g, 'x'))?.hostname ?? url;
  return /^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.');
}

const warning = (path: PropertyKey[], problem: string): ManifestWarning => ({ pointer: pointerTo(path), problem });
