import type { ManifestInput } from '../../manifest.schema.js';

export const drip: ManifestInput = {
  manifest: 1,
  name: 'Drip',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://developer.drip.com/#authentication',
  guide:
    'In Drip, open user settings and create an OAuth application. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here. Tokens don’t expire.',
  clientAuthentication: 'post',
  authorize: { url: 'https://www.getdrip.com/oauth/authorize' },
  token: { url: 'https://www.getdrip.com/oauth/token' },
  refresh: null,
  use: { baseUrls: ['https://api.getdrip.com'] },
  test: { request: { url: 'https://api.getdrip.com/v2/user' }, shows: [{ at: '/users', present: true }] },
};
