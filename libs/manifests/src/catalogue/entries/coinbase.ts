import type { ManifestInput } from '../../manifest.schema.js';

export const coinbase: ManifestInput = {
  manifest: 1,
  name: 'Coinbase',
  tags: ['payments'],
  documentationUrl: 'https://docs.cdp.coinbase.com/coinbase-app/oauth2-integration/overview',
  guide:
    'In the Coinbase developer platform, create an OAuth client. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'wallet:user:read': 'Read the user',
    'wallet:accounts:read': 'Read accounts and balances',
    offline_access: 'Get a refresh token',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://login.coinbase.com/oauth2/auth',
    scopes: ['wallet:user:read', 'offline_access'],
    scopeSeparator: ',',
  },
  token: { url: 'https://login.coinbase.com/oauth2/token' },
  revoke: {
    request: {
      url: 'https://login.coinbase.com/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://api.coinbase.com'] },
  test: { request: { url: 'https://api.coinbase.com/v2/user' }, shows: [{ at: '/data/id', present: true }] },
};
