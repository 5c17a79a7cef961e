import type { ManifestInput } from '../../manifest.schema.js';

export const airtable: ManifestInput = {
  manifest: 1,
  name: 'Airtable',
  tags: ['database', 'office'],
  documentationUrl: 'https://airtable.com/developers/web/api/oauth-reference',
  guide:
    'At airtable.com/create/oauth, register an integration. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    'data.records:read': 'Read records',
    'data.records:write': 'Change records',
    'schema.bases:read': 'See bases and tables',
    'schema.bases:write': 'Change bases and tables',
    'webhook:manage': 'Manage webhooks',
    'user.email:read': 'Read the e-mail address',
  },
  unsure: ['Whether tokens can be revoked by a program.'],
  authorize: { url: 'https://airtable.com/oauth2/v1/authorize', scopes: ['data.records:read'] },
  token: { url: 'https://airtable.com/oauth2/v1/token' },
  answer: { refreshTokenExpires: { at: '/refresh_expires_in' } },
  lifetimes: { refreshTokenSeconds: 5184000 },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.airtable.com'] },
  test: { request: { url: 'https://api.airtable.com/v0/meta/whoami' }, shows: [{ at: '/id', present: true }] },
};
