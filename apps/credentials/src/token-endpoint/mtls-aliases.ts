import type { Manifest, TokenRequest } from '@lockkeeper/manifests';

/** RFC 8705 section 5: where the client's certificate is shown, the aliases go before the usual addresses. */
export function atAliases(manifest: Manifest): Manifest {
  const { mtlsEndpointAliases: aliases, clientAuthentication, token, device, revoke, introspect } = manifest;
  if (!aliases || clientAuthentication !== 'tls_client_auth') return manifest;
  const { pushedAuthorization } = manifest;
  return {
    ...manifest,
    token: elsewhere(token, aliases.token),
    ...(device && { device: elsewhere(device, aliases.device) }),
    ...(pushedAuthorization && {
      pushedAuthorization: { url: aliases.pushedAuthorization ?? pushedAuthorization.url },
    }),
    ...(revoke && 'request' in revoke && { revoke: { ...revoke, request: elsewhere(revoke.request, aliases.revoke) } }),
    ...(introspect && { introspect: { request: elsewhere(introspect.request, aliases.introspect) } }),
  };
}

/** Only requests that show the certificate: the others would find nobody to talk to there. */
function elsewhere<R extends Pick<TokenRequest, 'url' | 'authentication'>>(request: R, alias: string | undefined): R {
  const shows = request.authentication === 'client' || request.authentication === 'tls_client_auth';
  return shows && alias !== undefined ? { ...request, url: alias } : request;
}
