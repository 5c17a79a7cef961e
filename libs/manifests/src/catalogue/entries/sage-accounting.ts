import type { ManifestInput } from '../../manifest.schema.js';

export const sageAccounting: ManifestInput = {
  manifest: 1,
  name: 'Sage Accounting',
  tags: ['accounting'],
  documentationUrl: 'https://developer.sage.com/accounting/guides/authenticating/authentication/',
  guide:
    'In the Sage developer self-service, create an app. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here.',
  knownScopes: { full_access: 'Read and write the books', readonly: 'Read the books' },
  clientAuthentication: 'post',
  authorize: { url: 'https://www.sageone.com/oauth2/auth/central?filter=apiv3.1', scopes: ['readonly'] },
  token: { url: 'https://oauth.accounting.sage.com/token' },
  answer: { refreshTokenExpires: { at: '/refresh_token_expires_in' } },
  lifetimes: { accessTokenSeconds: 300, refreshTokenSeconds: 2678400 },
  refresh: { marginSeconds: 60, indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.accounting.sage.com'] },
  test: { request: { url: 'https://api.accounting.sage.com/v3.1/user' }, shows: [{ at: '/id', present: true }] },
};
