import type { ManifestInput } from '../../manifest.schema.js';

export const paypalApp: ManifestInput = {
  manifest: 1,
  name: 'PayPal (REST app)',
  tags: ['payments'],
  documentationUrl: 'https://developer.paypal.com/api/rest/authentication/',
  guide:
    'In the PayPal developer dashboard, open Apps & Credentials, choose live or sandbox, and create a REST app. Copy client ID and secret here, and give each connection the same environment. What the token may do follows from the app’s features. Nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    'https://uri.paypal.com/services/invoicing': 'Read and send invoices',
    'https://uri.paypal.com/services/reporting/search/read': 'Search transactions',
    'https://uri.paypal.com/services/subscriptions': 'Read and change subscriptions',
  },
  fields: {
    host: {
      label: 'Environment',
      options: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
      default: 'api-m.paypal.com',
      help: 'api-m.sandbox is for tests.',
    },
  },
  hosts: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
  grant: 'client_credentials',
  clientAuthentication: 'basic',
  token: { url: 'https://{{ field.host }}/v1/oauth2/token' },
  use: { baseUrls: ['https://{{ field.host }}'] },
  test: {
    request: { url: 'https://{{ field.host }}/v1/identity/oauth2/userinfo?schema=paypalv1.1' },
    shows: [{ at: '/user_id', present: true }],
  },
};
