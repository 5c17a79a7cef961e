import type { ManifestInput } from '../../manifest.schema.js';

export const close: ManifestInput = {
  manifest: 1,
  name: 'Close',
  tags: ['crm', 'sales'],
  documentationUrl: 'https://developer.close.com/topics/authentication-oauth2/',
  guide:
    'In Close, open Settings, Developer, OAuth apps, and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { 'all.full_access': 'Read and change everything', offline_access: 'Get a refresh token' },
  clientAuthentication: 'post',
  authorize: { url: 'https://app.close.com/oauth2/authorize/', scopes: ['all.full_access', 'offline_access'] },
  token: { url: 'https://api.close.com/oauth2/token/' },
  answer: { captures: { user_id: '/user_id', organization_id: '/organization_id' } },
  subject: 'organization_id',
  revoke: {
    request: {
      url: 'https://api.close.com/oauth2/revoke/',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://api.close.com'] },
  test: { request: { url: 'https://api.close.com/api/v1/me/' }, shows: [{ at: '/id', present: true }] },
};
