import type { ManifestInput } from '../../manifest.schema.js';

export const wordpressCom: ManifestInput = {
  manifest: 1,
  name: 'WordPress.com',
  tags: ['website'],
  documentationUrl: 'https://developer.wordpress.com/docs/oauth2/',
  guide:
    'At developer.wordpress.com/apps, create an application of the type "Web". Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: {
    auth: 'Know who the user is',
    posts: 'Read and write posts',
    media: 'Read and write media',
    global: 'Everything, on all of the user’s sites',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://public-api.wordpress.com/oauth2/authorize' },
  token: { url: 'https://public-api.wordpress.com/oauth2/token' },
  answer: { captures: { blog_id: '/blog_id', blog_url: '/blog_url' } },
  refresh: null,
  revoke: { byUserAt: 'https://wordpress.com/me/security/connected-applications' },
  use: { baseUrls: ['https://public-api.wordpress.com'] },
  test: { request: { url: 'https://public-api.wordpress.com/rest/v1.1/me' }, shows: [{ at: '/ID', present: true }] },
};
