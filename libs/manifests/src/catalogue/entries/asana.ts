import type { ManifestInput } from '../../manifest.schema.js';

export const asana: ManifestInput = {
  manifest: 1,
  name: 'Asana',
  tags: ['projects'],
  documentationUrl: 'https://developers.asana.com/docs/oauth',
  guide:
    'In the Asana developer console, create an app and open OAuth. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: { default: 'All that the user may do', openid: 'Know who the user is' },
  clientAuthentication: 'post',
  authorize: { url: 'https://app.asana.com/-/oauth_authorize' },
  token: { url: 'https://app.asana.com/-/oauth_token' },
  answer: { captures: { account: '/data/gid' } },
  subject: 'account',
  revoke: {
    request: {
      url: 'https://app.asana.com/-/oauth_revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    tokens: ['refresh_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://app.asana.com/api'] },
  test: { request: { url: 'https://app.asana.com/api/1.0/users/me' }, shows: [{ at: '/data/gid', present: true }] },
};
