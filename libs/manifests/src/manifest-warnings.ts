import { namesSensitive } from './generic.js';
import type { Manifest, Quirk } from './manifest.schema.js';
import { pointerTo } from './json-pointer.js';
import { sketchedUrl } from './manifest-url.js';
import { namesOrNone, templatesOf, wholeRequests } from './request-templates.js';

/** Allowed, and worth a second look. */
export interface ManifestWarning {
  pointer: string;
  problem: string;
}

const TOKENS_IN_TEMPLATES = ['token', 'access_token', 'refresh_token'];

const QUIRK_WARNINGS: Record<Quirk, string> = {
  tokenRequestByGet: 'sends codes and refresh tokens in URLs, where servers and proxies log them',
  secretInUrl: 'sends a secret in URLs, where servers and proxies log it',
};

export function manifestWarnings(manifest: Manifest): ManifestWarning[] {
  return [
    ...manifest.quirks.map(({ quirk, reason }, at) => warning(['quirks', at], `${QUIRK_WARNINGS[quirk]}: ${reason}`)),
    ...(manifest.authorize.pkce === 'off'
      ? [warning(['authorize', 'pkce'], 'is off: a stolen code can be used by its thief (RFC 9700 section 2.1.1)')]
      : []),
    ...(manifest.use.query === undefined
      ? []
      : [
          warning(
            ['use', 'query'],
            'puts tokens into URLs, where servers and proxies log them (RFC 9700 section 4.3.2)',
          ),
        ]),
    ...clientWarnings(manifest),
    ...unprovenConsent(manifest),
    ...fieldsInUrls(manifest),
    ...wideScopes(manifest),
    ...tokensInUrls(manifest),
    ...revokeElsewhere(manifest),
  ];
}

function clientWarnings({
  clientAssertion,
  clientAuthentication,
  certificateBoundTokens,
}: Manifest): ManifestWarning[] {
  return [
    ...(clientAssertion?.audience === 'token_endpoint'
      ? [
          warning(
            ['clientAssertion', 'audience'],
            'is the token endpoint: a server that learns an assertion may use it at another one (RFC 10070)',
          ),
        ]
      : []),
    ...(clientAuthentication === 'tls_client_auth' && certificateBoundTokens === undefined
      ? [
          warning(
            ['certificateBoundTokens'],
            'is not said: should the provider bind tokens to the certificate, no call can use them, and one that is no JWT can’t be told from others. Switch that off for this client at the provider, then say false here (RFC 8705 section 3)',
          ),
        ]
      : []),
  ];
}

/** A callback without a code is the browser's word alone: whoever holds the browser chooses what it says. */
function unprovenConsent({ grant, authorize, token }: Manifest): ManifestWarning[] {
  const captured = Object.keys(authorize.captures).map((name) => `captured.${name}`);
  const chosen = templatesOf(token)
    .flatMap(({ text }) => namesOrNone(text))
    .find((name) => captured.includes(name));
  if (grant !== 'client_credentials' || authorize.proof || chosen === undefined) return [];
  const problem = `lets whoever finishes the consent choose ${chosen}, and so whose token it is: prove it by authorize.proof, for instance against a field`;
  return [warning(['authorize', 'captures'], problem)];
}

/** What a user filled in as a secret, in every call's address. */
function fieldsInUrls(manifest: Manifest): ManifestWarning[] {
  return Object.entries(manifest.use.parameters)
    .filter(([, text]) => namesSensitive(manifest, text))
    .map(([name]) =>
      warning(['use', 'parameters', name], 'puts a sensitive field into URLs, where servers and proxies log them'),
    );
}

/** RFC 9700 section 2.3: as little as will do. */
function wideScopes({ authorize: { scopes } }: Manifest): ManifestWarning[] {
  return scopes.flatMap((scope, at) =>
    /(^|[^a-z])(admin|all|full|root|\*)([^a-z]|$)/i.test(scope)
      ? [warning(['authorize', 'scopes', at], 'looks like everything at once; ask for what is needed')]
      : [],
  );
}

function tokensInUrls(manifest: Manifest): ManifestWarning[] {
  const { refresh } = manifest;
  const requests = [
    ...wholeRequests(manifest),
    ...(refresh ? [{ path: ['refresh', 'request'], request: refresh.request }] : []),
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
  const host = sketchedUrl(url)?.hostname ?? url;
  return /^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.');
}

const warning = (path: PropertyKey[], problem: string): ManifestWarning => ({ pointer: pointerTo(path), problem });
