import type { ManifestInput } from '../../manifest.schema.js';

export const constantContact: ManifestInput = {
  manifest: 1,
  name: 'Constant Contact',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://developer.constantcontact.com/api_guide/server_flow.html',
  guide:
    'In the Constant Contact developer portal, create an app with the authorization code flow. Enter {{ redirect_uri }} as its redirect URI, then copy API key and app secret here.',
  knownScopes: {
    offline_access: 'Get a refresh token',
    account_read: 'Read the account',
    contact_data: 'Read and change contacts',
    campaign_data: 'Read and change campaigns',
  },
  authorize: {
    url: 'https://authz.constantcontact.com/oauth2/default/v1/authorize',
    scopes: ['offline_access', 'account_read'],
  },
  token: { url: 'https://authz.constantcontact.com/oauth2/default/v1/token' },
  use: { baseUrls: ['https://api.cc.email'] },
  test: { request: { url: 'https://api.cc.email/v3/account/summary' } },
};
