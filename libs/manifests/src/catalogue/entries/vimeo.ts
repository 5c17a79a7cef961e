import type { ManifestInput } from '../../manifest.schema.js';

export const vimeo: ManifestInput = {
  manifest: 1,
  name: 'Vimeo',
  tags: ['video'],
  documentationUrl: 'https://developer.vimeo.com/api/authentication',
  guide:
    'At developer.vimeo.com/apps, create an app. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: {
    public: 'Read public data',
    private: 'Read private data',
    upload: 'Upload videos',
    edit: 'Change videos',
    delete: 'Delete videos',
  },
  authorize: { url: 'https://api.vimeo.com/oauth/authorize', scopes: ['public'] },
  token: { url: 'https://api.vimeo.com/oauth/access_token' },
  refresh: null,
  revoke: {
    request: { url: 'https://api.vimeo.com/tokens', method: 'DELETE', authentication: 'access_token' },
    statuses: [204],
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.vimeo.com'] },
  test: { request: { url: 'https://api.vimeo.com/me' }, shows: [{ at: '/uri', present: true }] },
};
