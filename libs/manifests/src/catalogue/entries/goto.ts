import type { ManifestInput } from '../../manifest.schema.js';

export const goTo: ManifestInput = {
  manifest: 1,
  name: 'GoTo (GoTo Connect, GoTo Meeting)',
  tags: ['phone', 'meetings'],
  documentationUrl: 'https://developer.goto.com/guides/Authentication/03_HOW_accessToken',
  guide:
    'In the GoTo developer center, create an OAuth client with {{ redirect_uri }} as its redirect URI, choose the scopes that you need, ' +
    'and copy client ID and client secret here; the secret is shown once. Access tokens live an hour and are renewed for you.',
  // The documentation has the Base64 of id and secret as they are; secrets have "+" and "=" in them.
  clientAuthentication: 'basic_raw',
  authorize: { url: 'https://authentication.logmeininc.com/oauth/authorize' },
  token: { url: 'https://authentication.logmeininc.com/oauth/token' },
  answer: {
    // A refresh may be answered without a token type, and without a refresh token while the old one is good.
    tokenTypeWhenAbsent: 'Bearer',
    captures: { account_key: '/account_key', organizer_key: '/organizer_key', principal: '/principal' },
  },
  lifetimes: { accessTokenSeconds: 3_600 },
  use: { baseUrls: ['https://api.goto.com', 'https://api.getgo.com'] },
  test: { request: { url: 'https://api.getgo.com/admin/rest/v1/me' } },
};
