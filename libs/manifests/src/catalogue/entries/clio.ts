import type { ManifestInput } from '../../manifest.schema.js';

export const clio: ManifestInput = {
  manifest: 1,
  name: 'Clio',
  tags: ['legal'],
  documentationUrl: 'https://docs.developers.clio.com/api-docs/clio-manage/authorization/',
  guide:
    'In Clio, open Settings, Developer applications, and add an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. This is the American region; other regions have hosts of their own.',
  clientAuthentication: 'post',
  authorize: { url: 'https://app.clio.com/oauth/authorize' },
  token: { url: 'https://app.clio.com/oauth/token' },
  revoke: {
    request: { url: 'https://app.clio.com/oauth/deauthorize', authentication: 'access_token' },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://app.clio.com/api'] },
  test: { request: { url: 'https://app.clio.com/api/v4/users/who_am_i' }, shows: [{ at: '/data/id', present: true }] },
};
