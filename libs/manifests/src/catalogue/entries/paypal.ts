import type { ManifestInput } from '../../manifest.schema.js';

export const paypal: ManifestInput = {
  manifest: 1,
  name: 'PayPal (log in with PayPal)',
  tags: ['payments', 'identity'],
  documentationUrl: 'https://developer.paypal.com/docs/log-in-with-paypal/',
  guide:
    'In the PayPal developer dashboard, create a REST app and switch on Log in with PayPal. Enter {{ redirect_uri }} as its return URL, then copy client ID and client secret here.',
  knownScopes: { openid: 'Know who the user is', email: 'Read the e-mail address', profile: 'Read name and birthday' },
  authorize: { url: 'https://www.paypal.com/signin/authorize', scopes: ['openid'] },
  token: { url: 'https://api-m.paypal.com/v1/oauth2/token' },
  use: { baseUrls: ['https://api-m.paypal.com'] },
  test: {
    request: { url: 'https://api-m.paypal.com/v1/identity/openidconnect/userinfo?schema=openid' },
    shows: [{ at: '/user_id', present: true }],
  },
};
