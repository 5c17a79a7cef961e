import type { ManifestInput } from '../../manifest.schema.js';

export const reddit: ManifestInput = {
  manifest: 1,
  name: 'Reddit',
  tags: ['social'],
  documentationUrl: 'https://github.com/reddit-archive/reddit/wiki/OAuth2',
  guide:
    'At reddit.com/prefs/apps, create an app of the type "web app". Enter {{ redirect_uri }} as its redirect uri, then copy client ID and client secret here.',
  knownScopes: {
    identity: 'Read the user’s name',
    read: 'Read posts and comments',
    submit: 'Post',
    history: 'Read the user’s history',
    privatemessages: 'Read and send messages',
  },
  authorize: {
    url: 'https://www.reddit.com/api/v1/authorize',
    parameters: { duration: 'permanent' },
    scopes: ['identity'],
  },
  token: {
    url: 'https://www.reddit.com/api/v1/access_token',
    headers: { 'User-Agent': 'web:{{ client_id }}:v1 (Lockkeeper)' },
  },
  revoke: {
    request: {
      url: 'https://www.reddit.com/api/v1/revoke_token',
      headers: { 'User-Agent': 'web:{{ client_id }}:v1 (Lockkeeper)' },
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
    statuses: [200, 204],
  },
  use: { headers: { 'User-Agent': 'web:{{ client_id }}:v1 (Lockkeeper)' }, baseUrls: ['https://oauth.reddit.com'] },
  test: { request: { url: 'https://oauth.reddit.com/api/v1/me' }, shows: [{ at: '/name', present: true }] },
};
