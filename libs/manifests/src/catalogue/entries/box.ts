import type { ManifestInput } from '../../manifest.schema.js';

export const box: ManifestInput = {
  manifest: 1,
  name: 'Box',
  tags: ['storage', 'files'],
  documentationUrl: 'https://developer.box.com/guides/authentication/oauth2/',
  guide:
    'In the Box developer console, create a custom app with user authentication (OAuth 2.0). Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { root_readwrite: 'Read and write all files and folders', root_readonly: 'Read all files and folders' },
  clientAuthentication: 'post',
  authorize: { url: 'https://account.box.com/api/oauth2/authorize' },
  token: { url: 'https://api.box.com/oauth2/token' },
  lifetimes: { refreshTokenSeconds: 5184000 },
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://api.box.com/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://api.box.com', 'https://upload.box.com'] },
  test: { request: { url: 'https://api.box.com/2.0/users/me' }, shows: [{ at: '/id', present: true }] },
};
