import type { ManifestInput } from '../../manifest.schema.js';

export const bitbucket: ManifestInput = {
  manifest: 1,
  name: 'Bitbucket Cloud',
  tags: ['developer', 'code'],
  documentationUrl: 'https://developer.atlassian.com/cloud/bitbucket/oauth-2/',
  guide:
    'In Bitbucket, open Workspace settings, OAuth consumers, and add a consumer. Enter {{ redirect_uri }} as its callback URL, then copy key and secret here. Scopes are set in the consumer.',
  knownScopes: {
    account: 'Read the account',
    repository: 'Read repositories',
    'repository:write': 'Write to repositories',
    pullrequest: 'Read pull requests',
  },
  authorize: { url: 'https://bitbucket.org/site/oauth2/authorize' },
  token: { url: 'https://bitbucket.org/site/oauth2/access_token' },
  answer: { scope: '/scopes' },
  revoke: { byUserAt: 'https://bitbucket.org/account/settings/app-authorizations/' },
  use: { baseUrls: ['https://api.bitbucket.org'] },
  test: { request: { url: 'https://api.bitbucket.org/2.0/user' }, shows: [{ at: '/uuid', present: true }] },
};
