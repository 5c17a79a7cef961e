import type { ManifestInput } from '../../manifest.schema.js';

export const raindrop: ManifestInput = {
  manifest: 1,
  name: 'Raindrop.io',
  tags: ['bookmarks'],
  documentationUrl: 'https://developer.raindrop.io/v1/authentication',
  guide:
    'In Raindrop.io, open Settings, Integrations, and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: { url: 'https://raindrop.io/oauth/authorize' },
  token: { url: 'https://raindrop.io/oauth/access_token', body: { encoding: 'json' } },
  use: { baseUrls: ['https://api.raindrop.io'] },
  test: { request: { url: 'https://api.raindrop.io/rest/v1/user' }, shows: [{ at: '/user', present: true }] },
};
