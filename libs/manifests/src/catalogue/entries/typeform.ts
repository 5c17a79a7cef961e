import type { ManifestInput } from '../../manifest.schema.js';

export const typeform: ManifestInput = {
  manifest: 1,
  name: 'Typeform',
  tags: ['forms'],
  documentationUrl: 'https://www.typeform.com/developers/get-started/applications/',
  guide:
    'In Typeform, open Developer apps and register an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    offline: 'Get a refresh token',
    'accounts:read': 'Read the account',
    'forms:read': 'Read forms',
    'forms:write': 'Change forms',
    'responses:read': 'Read answers',
    'webhooks:write': 'Manage webhooks',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://api.typeform.com/oauth/authorize', scopes: ['offline', 'accounts:read'] },
  token: { url: 'https://api.typeform.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.typeform.com'] },
  test: { request: { url: 'https://api.typeform.com/me' }, shows: [{ at: '/alias', present: true }] },
};
