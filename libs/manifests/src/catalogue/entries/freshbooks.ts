import type { ManifestInput } from '../../manifest.schema.js';

export const freshbooks: ManifestInput = {
  manifest: 1,
  name: 'FreshBooks',
  tags: ['accounting'],
  documentationUrl: 'https://www.freshbooks.com/api/authentication',
  guide:
    'In FreshBooks, open the developer page and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'user:profile:read': 'Read the profile',
    'user:invoices:read': 'Read invoices',
    'user:invoices:write': 'Change invoices',
    'user:clients:read': 'Read clients',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://auth.freshbooks.com/oauth/authorize', scopes: ['user:profile:read'] },
  token: { url: 'https://api.freshbooks.com/auth/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://api.freshbooks.com/auth/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://api.freshbooks.com'] },
  test: {
    request: { url: 'https://api.freshbooks.com/auth/api/v1/users/me' },
    shows: [{ at: '/response/id', present: true }],
  },
};
