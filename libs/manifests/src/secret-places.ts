import type { Manifest, ManifestRequest, TokenRequest } from './manifest.schema.js';
import { refreshRequestOf } from './refresh-request.js';
import { exposesSecret, mtlsAliasesIn, templatesOf, wholeRequests } from './request-templates.js';

type AnyRequest = Pick<ManifestRequest | TokenRequest, 'method' | 'authentication' | 'url' | 'query' | 'body'>;

/** Where a manifest's URLs have the client secret, another of the API service, or what stands for it, in them: by a template, or by an authentication whose parameters go into the query. */
export function secretPlacesInUrls(manifest: Manifest): PropertyKey[][] {
  const { token, device } = manifest;
  const requests: { path: PropertyKey[]; request: AnyRequest }[] = [
    { path: ['token'], request: token },
    ...(device ? [{ path: ['device'], request: { method: 'POST' as const, ...device } }] : []),
    ...wholeRequests(manifest),
  ];
  const places = requests.flatMap(({ path, request }) => placesIn(manifest, request).map((at) => [...path, ...at]));
  return [...places, ...placesInRefresh(manifest), ...placesInAliases(manifest)];
}

const placesInAliases = (manifest: Manifest): PropertyKey[][] =>
  mtlsAliasesIn(manifest)
    .filter(([, text]) => exposesSecret(text))
    .map(([name]) => ['mtlsEndpointAliases', name]);

/** Only what the refresh says itself: what it takes over is the token request's, and reported there. */
function placesInRefresh(manifest: Manifest): PropertyKey[][] {
  const effective = refreshRequestOf(manifest);
  if (!effective || !manifest.refresh) return [];
  const { request } = manifest.refresh;
  const said = new Set(Object.keys(request));
  if (said.has('body') || said.has('authentication')) said.add('method');
  return placesIn(manifest, effective)
    .filter(([part]) => said.has(part!))
    .map((at) => ['refresh', 'request', ...at]);
}

function placesIn({ clientAuthentication }: Manifest, request: AnyRequest): string[][] {
  const inQuery = request.method === 'GET' || request.body.encoding === 'query';
  const method = request.authentication === 'client' ? clientAuthentication : request.authentication;
  const byTemplate = templatesOf(request)
    .filter(({ path: [part] }) => part === 'url' || part === 'query' || (inQuery && part === 'body'))
    .filter(({ text }) => exposesSecret(text));
  return [
    ...byTemplate.map(({ path }) => path),
    ...(inQuery && (method === 'post' || method === 'private_key_jwt') && request.body.encoding !== 'none'
      ? [['method']]
      : []),
  ];
}
