import type { ManifestInput } from '../../manifest.schema.js';

export const attio: ManifestInput = {
  manifest: 1,
  name: 'Attio',
  tags: ['crm'],
  documentationUrl: 'https://docs.attio.com/rest-api/tutorials/connect-an-app-through-oauth',
  guide:
    'At build.attio.com, create an app and switch on OAuth. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Scopes are set in the app; tokens don’t expire.',
  clientAuthentication: 'post',
  authorize: { url: 'https://app.attio.com/authorize' },
  token: { url: 'https://app.attio.com/oauth/token' },
  refresh: null,
  use: { baseUrls: ['https://api.attio.com'] },
  test: { request: { url: 'https://api.attio.com/v2/self' }, shows: [{ at: '/workspace_id', present: true }] },
};
