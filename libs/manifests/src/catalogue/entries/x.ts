import type { ManifestInput } from '../../manifest.schema.js';

export const x: ManifestInput = {
  manifest: 1,
  name: 'X (Twitter)',
  tags: ['social'],
  documentationUrl: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code',
  guide:
    'In the X developer portal, create an app and set up user authentication as a confidential client. Enter {{ redirect_uri }} as its callback URI, then copy client ID and client secret here.',
  knownScopes: {
    'tweet.read': 'Read posts',
    'tweet.write': 'Post',
    'users.read': 'Read profiles',
    'follows.read': 'See who follows whom',
    'offline.access': 'Get a refresh token',
  },
  authorize: { url: 'https://x.com/i/oauth2/authorize', scopes: ['tweet.read', 'users.read', 'offline.access'] },
  token: { url: 'https://api.x.com/2/oauth2/token' },
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://api.x.com/2/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { baseUrls: ['https://api.x.com'] },
  test: { request: { url: 'https://api.x.com/2/users/me' }, shows: [{ at: '/data/id', present: true }] },
};
