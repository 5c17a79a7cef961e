import type { ManifestInput } from '../../manifest.schema.js';

export const keap: ManifestInput = {
  manifest: 1,
  name: 'Keap (Infusionsoft)',
  tags: ['crm', 'marketing'],
  documentationUrl: 'https://developer.infusionsoft.com/getting-started-oauth-keys/',
  guide:
    'At keys.developer.keap.com, create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { full: 'Read and change everything' },
  clientAuthentication: 'post',
  authorize: { url: 'https://accounts.infusionsoft.com/app/oauth/authorize', scopes: ['full'] },
  token: { url: 'https://api.infusionsoft.com/token' },
  refresh: { request: { authentication: 'basic' }, indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.infusionsoft.com'] },
  test: { request: { url: 'https://api.infusionsoft.com/crm/rest/v1/oauth/connect/userinfo' } },
};
