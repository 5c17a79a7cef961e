import type { ManifestInput } from '../../manifest.schema.js';

export const yahoo: ManifestInput = {
  manifest: 1,
  name: 'Yahoo',
  tags: ['identity', 'mail'],
  documentationUrl: 'https://developer.yahoo.com/oauth2/guide/flows_authcode/',
  guide:
    'At developer.yahoo.com/apps, create an app as a confidential client. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { openid: 'Know who the user is', email: 'Read the e-mail address', profile: 'Read the profile' },
  authorize: { url: 'https://api.login.yahoo.com/oauth2/request_auth', scopes: ['openid'] },
  token: { url: 'https://api.login.yahoo.com/oauth2/get_token' },
  use: { baseUrls: ['https://api.login.yahoo.com'] },
  test: { request: { url: 'https://api.login.yahoo.com/openid/v1/userinfo' }, shows: [{ at: '/sub', present: true }] },
};
