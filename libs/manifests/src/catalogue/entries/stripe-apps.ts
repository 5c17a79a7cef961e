import type { ManifestInput } from '../../manifest.schema.js';

export const stripeApps: ManifestInput = {
  manifest: 1,
  name: 'Stripe Apps',
  tags: ['payments'],
  documentationUrl: 'https://docs.stripe.com/stripe-apps/api-authentication/oauth',
  guide:
    'In the Stripe dashboard, create an app with OAuth as its distribution, and upload its manifest. Enter {{ redirect_uri }} as its allowed redirect URI, then copy the client ID and, as client secret, your secret key here.',
  unsure: [
    'Each app has an install link of its own, which Stripe shows beside the client ID; it may differ from this address.',
  ],
  clientAuthentication: 'custom',
  authorize: { url: 'https://marketplace.stripe.com/oauth/v2/authorize' },
  token: {
    url: 'https://api.stripe.com/v1/oauth/token',
    headers: { authorization: "Basic {{ base64(concat(client_secret, ':')) }}" },
  },
  answer: { tokenTypeWhenAbsent: 'Bearer', captures: { stripe_user_id: '/stripe_user_id' } },
  subject: 'stripe_user_id',
  lifetimes: { accessTokenSeconds: 3600, refreshTokenSeconds: 31536000 },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.stripe.com'] },
  test: { request: { url: 'https://api.stripe.com/v1/account' }, shows: [{ at: '/id', present: true }] },
};
