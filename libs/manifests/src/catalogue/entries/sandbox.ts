import { rfc7009 } from '../../five-fields.js';
import type { ManifestInput } from '../../manifest.schema.js';

/** Lockkeeper's own authorization server to try things on, wherever it runs. Its tokens live a minute. */
export const sandbox = (sandboxUrl: string): ManifestInput => ({
  manifest: 1,
  name: 'Lockkeeper sandbox',
  tags: ['sandbox'],
  documentationUrl: 'https://github.com/panva/node-oidc-provider/blob/main/docs/README.md',
  guide:
    'An authorization server that runs beside this installation, with short-lived tokens and one-click consent, to try things on. ' +
    'It accepts {{ redirect_uri }} and knows the client lockkeeper-sandbox, whose secret npm start made.',
  issuer: sandboxUrl,
  authorize: {
    url: `${sandboxUrl}/auth`,
    // OpenID Connect Core section 11: offline_access is granted only if consent is asked for.
    parameters: { prompt: 'consent' },
    scopes: ['openid', 'offline_access', 'api:read'],
    iss: 'required',
  },
  knownScopes: {
    openid: 'Know which account is yours',
    offline_access: 'Keep this access while you are away',
    'api:read': 'Read your profile and your items',
  },
  token: { url: `${sandboxUrl}/token` },
  refresh: { comesWith: { scopes: ['offline_access'] }, lifetimeShare: 0.5, marginSeconds: 15 },
  revoke: { request: rfc7009(`${sandboxUrl}/token/revocation`), effect: 'token' },
  superseded: { policy: 'revoke', graceSeconds: 0 },
  use: { baseUrls: [`${sandboxUrl}/api`] },
  test: { request: { url: `${sandboxUrl}/api/me` }, shows: [{ at: '/login', present: true }] },
});
