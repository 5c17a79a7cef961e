import type { ManifestInput } from '../../manifest.schema.js';

export const gong: ManifestInput = {
  manifest: 1,
  name: 'Gong',
  tags: ['sales', 'calls'],
  documentationUrl: 'https://help.gong.io/docs/create-an-app-for-gong',
  guide:
    'In Gong, open the developer area and create an integration. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'api:calls:read:basic': 'Read calls',
    'api:calls:read:transcript': 'Read transcripts',
    'api:users:read': 'Read users',
  },
  hosts: ['*.api.gong.io'],
  authorize: { url: 'https://app.gong.io/oauth2/authorize' },
  token: { url: 'https://app.gong.io/oauth2/generate-customer-token' },
  answer: { tokenTypeWhenAbsent: 'Bearer', captures: { api: '/api_base_url_for_customer' } },
  lifetimes: { accessTokenSeconds: 86400 },
  use: { baseUrls: ['{{ captured.api }}'] },
};
