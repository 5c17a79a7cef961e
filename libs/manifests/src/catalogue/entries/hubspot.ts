import type { ManifestInput } from '../../manifest.schema.js';

export const hubspot: ManifestInput = {
  manifest: 1,
  name: 'HubSpot',
  tags: ['crm', 'marketing', 'sales'],
  documentationUrl: 'https://developers.hubspot.com/docs/api/working-with-oauth',
  guide:
    'In a HubSpot developer account, create an app and open its Auth tab. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    oauth: 'Basic access; always needed',
    'crm.objects.contacts.read': 'Read contacts',
    'crm.objects.contacts.write': 'Change contacts',
    'crm.objects.companies.read': 'Read companies',
    'crm.objects.deals.read': 'Read deals',
  },
  unsure: ['Whether account-info is readable with every choice of scopes: the portal id is captured where it is.'],
  clientAuthentication: 'post',
  authorize: { url: 'https://app.hubspot.com/oauth/authorize', scopes: ['oauth'] },
  token: { url: 'https://api.hubapi.com/oauth/v1/token' },
  answer: {
    tokenTypeWhenAbsent: 'Bearer',
    error: '/status',
    errorDescription: '/message',
    errors: {
      BAD_REFRESH_TOKEN: 'invalid_grant',
      BAD_AUTH_CODE: 'invalid_grant',
      BAD_CLIENT_ID: 'invalid_client',
      BAD_CLIENT_SECRET: 'invalid_client',
      BAD_REDIRECT_URI: 'invalid_request',
      BAD_GRANT_TYPE: 'invalid_request',
    },
  },
  followUps: [
    {
      request: { url: 'https://api.hubapi.com/account-info/v3/details' },
      captures: { portal_id: '/portalId' },
      required: false,
    },
  ],
  subject: 'portal_id',
  lifetimes: { accessTokenSeconds: 1800 },
  revoke: {
    request: {
      url: 'https://api.hubapi.com/oauth/v1/refresh-tokens/{{ token }}',
      method: 'DELETE',
      authentication: 'none',
    },
    statuses: [204],
    tokens: ['refresh_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://api.hubapi.com'] },
  test: {
    request: { url: 'https://api.hubapi.com/account-info/v3/details' },
    shows: [{ at: '/portalId', present: true }],
  },
};
