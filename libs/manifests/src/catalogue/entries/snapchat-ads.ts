import type { ManifestInput } from '../../manifest.schema.js';

export const snapchatAds: ManifestInput = {
  manifest: 1,
  name: 'Snapchat Ads',
  tags: ['ads', 'social'],
  documentationUrl: 'https://developers.snap.com/api/marketing-api/Ads-API/authentication',
  guide:
    'In Snapchat Ads Manager, open Business details and create an OAuth app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { 'snapchat-marketing-api': 'Manage ads', 'snapchat-offline-conversions-api': 'Send conversions' },
  clientAuthentication: 'post',
  authorize: { url: 'https://accounts.snapchat.com/login/oauth2/authorize', scopes: ['snapchat-marketing-api'] },
  token: { url: 'https://accounts.snapchat.com/login/oauth2/access_token' },
  use: { baseUrls: ['https://adsapi.snapchat.com'] },
  test: { request: { url: 'https://adsapi.snapchat.com/v1/me' }, shows: [{ at: '/me/id', present: true }] },
};
