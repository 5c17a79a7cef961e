import type { ManifestInput } from '../../manifest.schema.js';

export const mollie: ManifestInput = {
  manifest: 1,
  name: 'Mollie',
  tags: ['payments'],
  documentationUrl: 'https://docs.mollie.com/docs/connect-platforms-getting-started',
  guide:
    'In the Mollie dashboard, open Developers, Your apps, and create an app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    'organizations.read': 'Read the organisation',
    'payments.read': 'Read payments',
    'payments.write': 'Create payments',
    'customers.read': 'Read customers',
  },
  authorize: { url: 'https://my.mollie.com/oauth2/authorize', scopes: ['organizations.read'] },
  token: { url: 'https://api.mollie.com/oauth2/tokens' },
  revoke: {
    request: {
      url: 'https://api.mollie.com/oauth2/tokens',
      method: 'DELETE',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
    statuses: [204],
  },
  use: { baseUrls: ['https://api.mollie.com'] },
  test: { request: { url: 'https://api.mollie.com/v2/organizations/me' }, shows: [{ at: '/id', present: true }] },
};
