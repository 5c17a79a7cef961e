import type { ManifestInput } from '../../manifest.schema.js';

export const linear: ManifestInput = {
  manifest: 1,
  name: 'Linear',
  tags: ['projects', 'developer'],
  documentationUrl: 'https://linear.app/developers/oauth-2-0-authentication',
  guide:
    'In Linear, open Settings, API, OAuth applications, and create one. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here.',
  knownScopes: {
    read: 'Read everything that the user sees',
    write: 'Change everything that the user may',
    'issues:create': 'Create issues',
    'comments:create': 'Create comments',
  },
  unsure: ['Whether revoking the access token ends its refresh token as well.'],
  clientAuthentication: 'post',
  authorize: { url: 'https://linear.app/oauth/authorize', scopes: ['read'], scopeSeparator: ',' },
  token: { url: 'https://api.linear.app/oauth/token' },
  revoke: {
    request: { url: 'https://api.linear.app/oauth/revoke', authentication: 'access_token' },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.linear.app'] },
  test: {
    request: {
      url: 'https://api.linear.app/graphql',
      method: 'POST',
      body: { encoding: 'json', parameters: { query: 'query { viewer { id } }' } },
    },
    shows: [{ at: '/data/viewer/id', present: true }],
  },
};
