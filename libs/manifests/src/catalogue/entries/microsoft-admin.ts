import type { ManifestInput } from '../../manifest.schema.js';

export const microsoftAdmin: ManifestInput = {
  manifest: 1,
  name: 'Microsoft (Graph, for a whole organisation)',
  tags: ['office', 'mail', 'calendar', 'files'],
  documentationUrl: 'https://learn.microsoft.com/en-us/graph/auth-v2-service',
  guide:
    'In the Microsoft Entra admin center, open App registrations and register an app of the platform "Web", for accounts in any organisational directory. Enter {{ redirect_uri }} as its redirect URI, add application permissions for Microsoft Graph, then copy the application (client) ID and a client secret’s value here. An admin of each organisation opens its connection’s link and consents; after that no user is needed.',
  knownScopes: {
    'https://graph.microsoft.com/.default': 'Everything that the admin has consented to for this app',
  },
  unsure: ['How long after the consent the first token can be had: Microsoft speaks of some minutes at times.'],
  fields: {
    tenant: {
      label: 'Tenant ID',
      help: 'The directory’s id, from the overview page of Microsoft Entra. The consent has to be of this very one.',
      example: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490',
      pattern: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    },
  },
  grant: 'client_credentials',
  clientAuthentication: 'post',
  authorize: {
    url: 'https://login.microsoftonline.com/{{ field.tenant }}/v2.0/adminconsent',
    scopes: ['https://graph.microsoft.com/.default'],
    // It brings no code; and what it says of the tenant could be written by anybody, so it has to be the one that was expected.
    shows: [{ at: '/admin_consent', equals: 'True' }],
    captures: { tenant: '/tenant' },
    errors: { permission_denied: 'access_denied' },
    proof: { parameter: 'tenant', equals: '{{ field.tenant }}' },
  },
  token: { url: 'https://login.microsoftonline.com/{{ captured.tenant }}/oauth2/v2.0/token' },
  subject: 'tenant',
  use: { baseUrls: ['https://graph.microsoft.com'] },
  test: { request: { url: 'https://graph.microsoft.com/v1.0/organization' } },
};
