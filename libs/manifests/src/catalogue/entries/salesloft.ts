import type { ManifestInput } from '../../manifest.schema.js';

export const salesloft: ManifestInput = {
  manifest: 1,
  name: 'Salesloft',
  tags: ['sales'],
  documentationUrl: 'https://developers.salesloft.com/docs/platform/api-basics/oauth-authentication/',
  guide:
    'In Salesloft, open Your applications, OAuth applications, and create one. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: { url: 'https://accounts.salesloft.com/oauth/authorize' },
  token: { url: 'https://accounts.salesloft.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.salesloft.com'] },
  test: { request: { url: 'https://api.salesloft.com/v2/me' }, shows: [{ at: '/data/id', present: true }] },
};
