import type { ManifestInput } from '../../manifest.schema.js';

export const heroku: ManifestInput = {
  manifest: 1,
  name: 'Heroku',
  tags: ['developer', 'hosting'],
  documentationUrl: 'https://devcenter.heroku.com/articles/oauth',
  guide:
    'In Heroku, open Account settings, Applications, and register an API client. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here.',
  knownScopes: {
    identity: 'Read the account',
    read: 'Read apps',
    write: 'Change apps',
    'read-protected': 'Read apps and their config',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://id.heroku.com/oauth/authorize', scopes: ['identity'] },
  token: { url: 'https://id.heroku.com/oauth/token' },
  answer: { captures: { user_id: '/user_id' } },
  subject: 'user_id',
  revoke: { byUserAt: 'https://dashboard.heroku.com/account/applications' },
  use: { headers: { accept: 'application/vnd.heroku+json; version=3' }, baseUrls: ['https://api.heroku.com'] },
  test: { request: { url: 'https://api.heroku.com/account' }, shows: [{ at: '/id', present: true }] },
};
