import type { ManifestInput } from '../../manifest.schema.js';

export const wrike: ManifestInput = {
  manifest: 1,
  name: 'Wrike',
  tags: ['projects'],
  documentationUrl: 'https://developers.wrike.com/oauth-20-authorization/',
  guide:
    'In Wrike, open Apps & Integrations, API, and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    Default: 'All that the user may do',
    wsReadOnly: 'Read workspace data',
    wsReadWrite: 'Read and change workspace data',
  },
  hosts: ['*.wrike.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://login.wrike.com/oauth2/authorize/v4', scopeSeparator: ',' },
  token: { url: 'https://login.wrike.com/oauth2/token' },
  answer: { captures: { host: '/host' } },
  use: { baseUrls: ['{{ captured.host }}/api/v4'] },
  test: { request: { url: '{{ captured.host }}/api/v4/contacts?me=true' }, shows: [{ at: '/data', present: true }] },
};
