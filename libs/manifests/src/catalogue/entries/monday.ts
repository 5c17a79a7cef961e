import type { ManifestInput } from '../../manifest.schema.js';

export const monday: ManifestInput = {
  manifest: 1,
  name: 'monday.com',
  tags: ['projects'],
  documentationUrl: 'https://developer.monday.com/apps/docs/oauth',
  guide:
    'In monday.com, open Developers and create an app with OAuth. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Tokens don’t expire until the app is uninstalled.',
  knownScopes: {
    'me:read': 'Read the user',
    'boards:read': 'Read boards',
    'boards:write': 'Change boards',
    'users:read': 'Read users',
    'webhooks:write': 'Manage webhooks',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://auth.monday.com/oauth2/authorize',
    parameters: { response_type: null },
    scopes: ['me:read'],
  },
  token: { url: 'https://auth.monday.com/oauth2/token' },
  refresh: null,
  use: { scheme: '', baseUrls: ['https://api.monday.com'] },
  test: {
    request: {
      url: 'https://api.monday.com/v2',
      method: 'POST',
      body: { encoding: 'json', parameters: { query: 'query { me { id } }' } },
    },
    shows: [{ at: '/data/me/id', present: true }],
  },
};
