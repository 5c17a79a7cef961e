import type { ManifestInput } from '../../manifest.schema.js';

export const gusto: ManifestInput = {
  manifest: 1,
  name: 'Gusto',
  tags: ['payroll', 'hr'],
  documentationUrl: 'https://docs.gusto.com/app-integrations/docs/oauth2',
  guide:
    'In the Gusto developer portal, create an application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Scopes are granted to the app when it is reviewed.',
  clientAuthentication: 'post',
  authorize: { url: 'https://api.gusto.com/oauth/authorize' },
  token: { url: 'https://api.gusto.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.gusto.com'] },
  test: { request: { url: 'https://api.gusto.com/v1/me' }, shows: [{ at: '/email', present: true }] },
};
