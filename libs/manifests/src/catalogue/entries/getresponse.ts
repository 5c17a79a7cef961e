import type { ManifestInput } from '../../manifest.schema.js';

export const getresponse: ManifestInput = {
  manifest: 1,
  name: 'GetResponse',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://apidocs.getresponse.com/v3/authentication/oauth2',
  guide:
    'In GetResponse, open Tools, Integrations and API, Custom apps. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  authorize: { url: 'https://app.getresponse.com/oauth2_authorize.html' },
  token: { url: 'https://api.getresponse.com/v3/token' },
  use: { baseUrls: ['https://api.getresponse.com'] },
  test: { request: { url: 'https://api.getresponse.com/v3/accounts' }, shows: [{ at: '/accountId', present: true }] },
};
