import type { ManifestInput } from '../../manifest.schema.js';

export const quickbooks: ManifestInput = {
  manifest: 1,
  name: 'QuickBooks Online',
  tags: ['accounting'],
  documentationUrl:
    'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
  guide:
    'At developer.intuit.com, create an app and open Keys & credentials. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'com.intuit.quickbooks.accounting': 'Read and write the company’s books',
    'com.intuit.quickbooks.payment': 'Take payments',
    openid: 'Know who the user is',
  },
  authorize: {
    url: 'https://appcenter.intuit.com/connect/oauth2',
    captures: { realm_id: '/realmId' },
    scopes: ['com.intuit.quickbooks.accounting'],
  },
  token: { url: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer' },
  answer: { refreshTokenExpires: { at: '/x_refresh_token_expires_in' } },
  subject: 'realm_id',
  revoke: {
    request: {
      url: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
      body: { encoding: 'json', parameters: { token: '{{ token }}' } },
    },
    effect: 'family',
  },
  use: { baseUrls: ['https://quickbooks.api.intuit.com', 'https://sandbox-quickbooks.api.intuit.com'] },
  test: {
    request: {
      url: 'https://quickbooks.api.intuit.com/v3/company/{{ captured.realm_id }}/companyinfo/{{ captured.realm_id }}',
    },
    shows: [{ at: '/CompanyInfo', present: true }],
  },
};
