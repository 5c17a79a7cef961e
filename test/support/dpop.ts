import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { succeeded } from './api-client.js';
import { registerClient } from './sandbox-client.js';
import type { ReceivedRequest } from './scripted-server.js';
import type { System } from './workspaces.js';

/** The private member of a JWK, in JSON or in JSON in JSON; the header of a proof. */
export const PRIVATE_OR_PROOF = new RegExp(
  `"d\\\\?": ?\\\\?"[\\w-]{20,}|${Buffer.from('{"typ":"dpop+jw').toString('base64url')}`,
);

/** Of the key that a request proves, if the proof is one. */
export async function thumbprint({ headers }: ReceivedRequest): Promise<string> {
  const { protectedHeader } = await jwtVerify(headers['dpop'] as string, EmbeddedJWK, { typ: 'dpop+jwt' });
  return calculateJwkThumbprint(protectedHeader.jwk!);
}

/** The sandbox as a provider that binds its tokens, with an API that checks every proof. A public client, so that its refresh tokens are bound too (RFC 9449 section 5). */
export async function registerBinding({ admin, credentialsUrl, sandbox: { url } }: System, slug: string) {
  const clientId = await registerClient(url, {
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
    redirect_uris: [`${credentialsUrl}/callback/${slug}`],
  });
  const manifest = {
    manifest: 1,
    issuer: url,
    clientAuthentication: 'none',
    authorize: { url: `${url}/auth`, scopes: ['api:read'] },
    token: { url: `${url}/token` },
    test: { request: { url: `${url}/api/me` } },
    use: { baseUrls: [`${url}/api`] },
    dpop: {},
  };
  succeeded(await admin.post('/v1/api-services', { slug, clientId, manifest }));
}
