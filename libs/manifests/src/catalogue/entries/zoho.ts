import type { ManifestInput } from '../../manifest.schema.js';

export const zoho: ManifestInput = {
  manifest: 1,
  name: 'Zoho (CRM, Books, Desk, …)',
  tags: ['crm', 'office', 'accounting'],
  documentationUrl: 'https://www.zoho.com/accounts/protocol/oauth/web-apps.html',
  guide:
    'At api-console.zoho.com, add a client of the type "Server-based Applications", and enable the data centres of your users. Enter {{ redirect_uri }} as its "Authorized Redirect URI", then copy client ID and client secret here.',
  knownScopes: {
    'ZohoCRM.modules.ALL': 'Read and write all CRM records',
    'ZohoCRM.modules.READ': 'Read all CRM records',
    'ZohoCRM.users.READ': 'See the CRM’s users',
    'ZohoBooks.contacts.READ': 'Read contacts of Zoho Books',
    'AaaServer.profile.READ': 'Read the profile',
  },
  unsure: ['A grant keeps at most twenty refresh tokens for each user; the oldest one dies then.'],
  hosts: [
    'accounts.zoho.com',
    'accounts.zoho.eu',
    'accounts.zoho.in',
    'accounts.zoho.com.au',
    'accounts.zoho.jp',
    'accounts.zohocloud.ca',
    'accounts.zoho.sa',
    'www.zohoapis.com',
    'www.zohoapis.eu',
    'www.zohoapis.in',
    'www.zohoapis.com.au',
    'www.zohoapis.jp',
    'www.zohoapis.ca',
    'www.zohoapis.sa',
  ],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://accounts.zoho.com/oauth/v2/auth',
    parameters: { access_type: 'offline', prompt: 'consent' },
    captures: { accounts_server: '/accounts-server', location: '/location' },
    scopes: ['AaaServer.profile.READ'],
    scopeSeparator: ',',
  },
  token: { url: "{{ first_of(captured.accounts_server, 'https://accounts.zoho.com') }}/oauth/v2/token" },
  answer: {
    errors: {
      invalid_code: 'invalid_grant',
      invalid_token: 'invalid_grant',
      access_denied: 'temporarily_unavailable',
      invalid_client_secret: 'invalid_client',
      invalid_redirect_uri: 'invalid_request',
    },
    captures: { api_domain: '/api_domain' },
  },
  revoke: {
    request: {
      url: "{{ first_of(captured.accounts_server, 'https://accounts.zoho.com') }}/oauth/v2/token/revoke",
      authentication: 'none',
      query: { token: '{{ token }}' },
    },
    tokens: ['refresh_token'],
    effect: 'family',
  },
  use: { scheme: 'Zoho-oauthtoken', baseUrls: ['{{ captured.api_domain }}'] },
};
