import type { ManifestInput } from '../../manifest.schema.js';

export const netlify: ManifestInput = {
  manifest: 1,
  name: 'Netlify',
  tags: ['developer', 'hosting'],
  documentationUrl: 'https://docs.netlify.com/api/get-started/#authentication',
  guide:
    'In Netlify, open User settings, Applications, OAuth applications. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens don’t expire.',
  clientAuthentication: 'post',
  authorize: { url: 'https://app.netlify.com/authorize' },
  token: { url: 'https://api.netlify.com/oauth/token' },
  refresh: null,
  use: { baseUrls: ['https://api.netlify.com/api'] },
  test: { request: { url: 'https://api.netlify.com/api/v1/user' }, shows: [{ at: '/id', present: true }] },
};
