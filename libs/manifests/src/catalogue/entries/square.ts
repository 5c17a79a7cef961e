import type { ManifestInput } from '../../manifest.schema.js';

export const square: ManifestInput = {
  manifest: 1,
  name: 'Square',
  tags: ['payments', 'commerce'],
  documentationUrl: 'https://developer.squareup.com/docs/oauth-api/overview',
  guide:
    'In the Square developer console, create an application and open OAuth. Enter {{ redirect_uri }} as its redirect URL, then copy application ID and application secret here.',
  knownScopes: {
    MERCHANT_PROFILE_READ: 'Read the merchant',
    PAYMENTS_READ: 'Read payments',
    PAYMENTS_WRITE: 'Take payments',
    ORDERS_READ: 'Read orders',
    CUSTOMERS_READ: 'Read customers',
    ITEMS_READ: 'Read the catalogue',
  },
  unsure: [
    'Whether UNAUTHORIZED is about the client or about a spent token: it is taken for neither, and tried again.',
  ],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://connect.squareup.com/oauth2/authorize',
    // By a challenge Square knows its flow for public clients, whose refresh tokens are good once and for ninety days.
    pkce: 'off',
    parameters: { session: false },
    scopes: ['MERCHANT_PROFILE_READ'],
  },
  token: { url: 'https://connect.squareup.com/oauth2/token', body: { encoding: 'json' } },
  answer: {
    expires: { at: '/expires_at', as: 'iso8601' },
    captures: { merchant_id: '/merchant_id' },
    error: '/errors/0/code',
    errorDescription: '/errors/0/detail',
    shows: [{ at: '/errors', absent: true }],
    errors: { ACCESS_TOKEN_REVOKED: 'invalid_grant', ACCESS_TOKEN_EXPIRED: 'invalid_grant' },
  },
  subject: 'merchant_id',
  revoke: {
    request: {
      url: 'https://connect.squareup.com/oauth2/revoke',
      authentication: 'custom',
      headers: { authorization: 'Client {{ client_secret }}' },
      body: { encoding: 'json', parameters: { access_token: '{{ token }}', client_id: '{{ client_id }}' } },
    },
    shows: [{ at: '/success', equals: true }],
    tokens: ['access_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://connect.squareup.com'] },
  test: {
    request: { url: 'https://connect.squareup.com/v2/merchants/me' },
    shows: [{ at: '/merchant/id', present: true }],
  },
};
