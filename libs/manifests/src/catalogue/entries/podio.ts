import type { ManifestInput } from '../../manifest.schema.js';

export const podio: ManifestInput = {
  manifest: 1,
  name: 'Podio',
  tags: ['projects', 'office', 'database'],
  documentationUrl: 'https://developers.podio.com/authentication/server_side',
  guide:
    'In Podio, open Account settings, API Keys, and generate a key for the domain of {{ redirect_uri }}: Podio compares the domain only. ' +
    'Copy client ID and client secret here. Access tokens live eight hours and refresh tokens 28 days; both are renewed for you.',
  clientAuthentication: 'post',
  authorize: { url: 'https://podio.com/oauth/authorize' },
  token: { url: 'https://api.podio.com/oauth/token/v2', body: { encoding: 'json' } },
  answer: { captures: { ref_type: '/ref/type', ref_id: '/ref/id' } },
  lifetimes: { accessTokenSeconds: 8 * 3_600, refreshTokenSeconds: 28 * 86_400 },
  revoke: {
    request: {
      url: 'https://podio.com/oauth/token/invalidate',
      authentication: 'none',
      body: { encoding: 'form', parameters: { oauth_token: '{{ token }}' } },
    },
    tokens: ['access_token'],
  },
  use: { scheme: 'OAuth2', baseUrls: ['https://api.podio.com'] },
  test: { request: { url: 'https://api.podio.com/user/status' } },
};
