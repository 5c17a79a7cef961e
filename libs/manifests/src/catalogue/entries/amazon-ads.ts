import type { ManifestInput } from '../../manifest.schema.js';

export const amazonAds: ManifestInput = {
  manifest: 1,
  name: 'Amazon Ads',
  tags: ['ads', 'marketing', 'commerce'],
  documentationUrl: 'https://advertising.amazon.com/API/docs/en-us/guides/account-management/authorization/overview',
  guide:
    'At developer.amazon.com, create a security profile, and have it approved for the Amazon Ads API. Enter {{ redirect_uri }} as its allowed return URL, then copy client ID and client secret here.',
  knownScopes: { 'advertising::campaign_management': 'Manage campaigns', 'advertising::audiences': 'Manage audiences' },
  clientAuthentication: 'post',
  authorize: { url: 'https://www.amazon.com/ap/oa', scopes: ['advertising::campaign_management'] },
  token: { url: 'https://api.amazon.com/auth/o2/token' },
  use: {
    headers: { 'Amazon-Advertising-API-ClientId': '{{ client_id }}' },
    baseUrls: [
      'https://advertising-api.amazon.com',
      'https://advertising-api-eu.amazon.com',
      'https://advertising-api-fe.amazon.com',
    ],
  },
  test: { request: { url: 'https://advertising-api.amazon.com/v2/profiles' } },
};
