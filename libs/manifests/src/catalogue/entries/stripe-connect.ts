import type { ManifestInput } from '../../manifest.schema.js';

export const stripeConnect: ManifestInput = {
  manifest: 1,
  name: 'Stripe Connect (standard accounts)',
  tags: ['payments'],
  documentationUrl: 'https://docs.stripe.com/connect/oauth-reference',
  guide:
    'In the Stripe dashboard, open Settings, Connect, Onboarding options, OAuth. Enter {{ redirect_uri }} as its redirect URI, then copy the client ID (ca_…) and, as client secret, your platform’s secret key here. Tokens don’t expire. The connected account’s id is kept with each connection.',
  knownScopes: { read_write: 'Act for the connected account', read_only: 'Read the connected account' },
  clientAuthentication: 'post',
  authorize: { url: 'https://connect.stripe.com/oauth/authorize', scopes: ['read_write'] },
  token: { url: 'https://connect.stripe.com/oauth/token' },
  answer: { captures: { stripe_user_id: '/stripe_user_id' } },
  subject: 'stripe_user_id',
  refresh: null,
  revoke: {
    request: {
      url: 'https://connect.stripe.com/oauth/deauthorize',
      authentication: 'custom',
      headers: { authorization: 'Bearer {{ client_secret }}' },
      body: {
        encoding: 'form',
        parameters: { client_id: '{{ client_id }}', stripe_user_id: '{{ captured.stripe_user_id }}' },
      },
    },
    tokens: ['access_token'],
    effect: 'install',
  },
  use: { baseUrls: ['https://api.stripe.com'] },
  test: { request: { url: 'https://api.stripe.com/v1/account' }, shows: [{ at: '/id', present: true }] },
};
