import type { ManifestInput } from '../../manifest.schema.js';

export const line: ManifestInput = {
  manifest: 1,
  name: 'LINE',
  tags: ['chat', 'social'],
  documentationUrl: 'https://developers.line.biz/en/docs/line-login/integrate-line-login/',
  guide:
    'In the LINE developers console, create a LINE Login channel. Enter {{ redirect_uri }} as its callback URL, then copy channel ID and channel secret here.',
  knownScopes: { profile: 'Read name and picture', openid: 'Know who the user is', email: 'Read the e-mail address' },
  clientAuthentication: 'post',
  authorize: { url: 'https://access.line.me/oauth2/v2.1/authorize', scopes: ['profile', 'openid'] },
  token: { url: 'https://api.line.me/oauth2/v2.1/token' },
  answer: { captures: { account: '/id_token/sub' } },
  subject: 'account',
  lifetimes: { refreshTokenSeconds: 7776000 },
  revoke: {
    request: {
      url: 'https://api.line.me/oauth2/v2.1/revoke',
      body: { encoding: 'form', parameters: { access_token: '{{ token }}' } },
    },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.line.me'] },
  test: { request: { url: 'https://api.line.me/v2/profile' }, shows: [{ at: '/userId', present: true }] },
};
