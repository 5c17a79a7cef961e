import type { ManifestInput } from '../../manifest.schema.js';

export const etsy: ManifestInput = {
  manifest: 1,
  name: 'Etsy',
  tags: ['commerce'],
  documentationUrl: 'https://developers.etsy.com/documentation/essentials/authentication',
  guide:
    'At etsy.com/developers, create an app. Enter {{ redirect_uri }} as its callback URL, then copy the keystring as client ID (there is no secret to copy) here.',
  knownScopes: {
    shops_r: 'Read shops',
    listings_r: 'Read listings',
    listings_w: 'Change listings',
    transactions_r: 'Read orders',
    email_r: 'Read the e-mail address',
  },
  clientAuthentication: 'none',
  authorize: { url: 'https://www.etsy.com/oauth/connect', scopes: ['shops_r'] },
  token: { url: 'https://api.etsy.com/v3/public/oauth/token' },
  lifetimes: { refreshTokenSeconds: 7776000 },
  revoke: { byUserAt: 'https://www.etsy.com/your/apps' },
  use: { headers: { 'x-api-key': '{{ client_id }}' }, baseUrls: ['https://api.etsy.com', 'https://openapi.etsy.com'] },
  test: {
    request: { url: 'https://api.etsy.com/v3/application/users/me' },
    shows: [{ at: '/user_id', present: true }],
  },
};
