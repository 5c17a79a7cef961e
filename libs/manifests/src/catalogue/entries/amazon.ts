import type { ManifestInput } from '../../manifest.schema.js';

export const amazon: ManifestInput = {
  manifest: 1,
  name: 'Login with Amazon',
  tags: ['identity', 'commerce'],
  documentationUrl: 'https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html',
  guide:
    'At developer.amazon.com, create a security profile for Login with Amazon. Enter {{ redirect_uri }} as its allowed return URL, then copy client ID and client secret here.',
  knownScopes: {
    profile: 'Read name, e-mail address and user id',
    'profile:user_id': 'Read the user id',
    postal_code: 'Read the postal code',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://www.amazon.com/ap/oa', scopes: ['profile'] },
  token: { url: 'https://api.amazon.com/auth/o2/token' },
  revoke: { byUserAt: 'https://www.amazon.com/ap/adam' },
  use: { baseUrls: ['https://api.amazon.com'] },
  test: { request: { url: 'https://api.amazon.com/user/profile' }, shows: [{ at: '/user_id', present: true }] },
};
