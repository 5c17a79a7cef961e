import type { ManifestInput } from '../../manifest.schema.js';

export const hubspot: ManifestInput = {
  manifest: 1,
  name: 'HubSpot',
  tags: ['crm', 'marketing', 'sales'],
  documentationUrl: 'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens',
  guide:
    'In a HubSpot developer account, create an app and open its Auth tab. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    oauth: 'Basic access; always needed',
    'crm.objects.contacts.read': 'Read contacts',
    'crm.objects.contacts.write': 'Change contacts',
    'crm.objects.companies.read': 'Read companies',
    'crm.objects.deals.read': 'Read deals',
  },
  unsure: [
    'Whether account-info is readable with every choice of scopes: the portal id is captured where it is.',
    'Which good status its revocation answers with.',
  ],
  clientAuthentication: 'post',
  authorize: { url: 'https://app.hubspot.com/oauth/authorize', scopes: ['oauth'] },
  token: { url: 'https://api.hubapi.com/oauth/2026-03/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
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
      url: 'https://api.hubapi.com/oauth/2026-03/token/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
    statuses: [200, 204],
    // Access tokens live on for their half hour.
    tokens: ['refresh_token'],
    effect: 'token',
  },
  introspect: {
    request: {
      url: 'https://api.hubapi.com/oauth/2026-03/token/introspect',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { baseUrls: ['https://api.hubapi.com'] },
  test: {
    request: { url: 'https://api.hubapi.com/account-info/v3/details' },
    shows: [{ at: '/portalId', present: true }],
  },
};
