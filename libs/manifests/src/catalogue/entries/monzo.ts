import type { ManifestInput } from '../../manifest.schema.js';

export const monzo: ManifestInput = {
  manifest: 1,
  name: 'Monzo',
  tags: ['banking'],
  documentationUrl: 'https://docs.monzo.com/#authentication',
  guide:
    'At developers.monzo.com, create a confidential OAuth client. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. The user also has to approve access in the Monzo app.',
  clientAuthentication: 'post',
  authorize: { url: 'https://auth.monzo.com/' },
  token: { url: 'https://api.monzo.com/oauth2/token' },
  answer: { captures: { user_id: '/user_id' } },
  subject: 'user_id',
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: { url: 'https://api.monzo.com/oauth2/logout', authentication: 'access_token' },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.monzo.com'] },
  test: { request: { url: 'https://api.monzo.com/ping/whoami' }, shows: [{ at: '/authenticated', equals: true }] },
};
