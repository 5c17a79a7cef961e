import type { ManifestInput } from '../../manifest.schema.js';

export const harvest: ManifestInput = {
  manifest: 1,
  name: 'Harvest',
  tags: ['time', 'accounting'],
  documentationUrl: 'https://help.getharvest.com/api-v2/authentication-api/authentication/authentication/',
  guide:
    'At id.getharvest.com/developers, create an OAuth2 application. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: { url: 'https://id.getharvest.com/oauth2/authorize' },
  token: { url: 'https://id.getharvest.com/api/v2/oauth2/token' },
  followUps: [
    {
      request: {
        url: 'https://id.getharvest.com/api/v2/accounts',
        headers: { 'User-Agent': 'Lockkeeper ({{ client_id }})' },
      },
      captures: { user: '/user/id', account_id: '/accounts/0/id' },
    },
  ],
  subject: 'user',
  use: {
    headers: { 'User-Agent': 'Lockkeeper ({{ client_id }})', 'Harvest-Account-Id': '{{ captured.account_id }}' },
    baseUrls: ['https://api.harvestapp.com', 'https://id.getharvest.com/api'],
  },
  test: { request: { url: 'https://api.harvestapp.com/v2/users/me' }, shows: [{ at: '/id', present: true }] },
};
