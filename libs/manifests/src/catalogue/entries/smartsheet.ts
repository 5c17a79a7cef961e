import type { ManifestInput } from '../../manifest.schema.js';

export const smartsheet: ManifestInput = {
  manifest: 1,
  name: 'Smartsheet',
  tags: ['projects', 'office'],
  documentationUrl: 'https://developers.smartsheet.com/api/smartsheet/guides/advanced-topics/oauth-2.0-walkthrough',
  guide:
    'In Smartsheet, open Developer tools and create an app. Enter {{ redirect_uri }} as its app redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    READ_SHEETS: 'Read sheets',
    WRITE_SHEETS: 'Change sheets',
    READ_USERS: 'Read users',
    CREATE_SHEETS: 'Create sheets',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://app.smartsheet.com/b/authorize', scopes: ['READ_SHEETS'] },
  token: { url: 'https://api.smartsheet.com/2.0/token' },
  revoke: {
    request: { url: 'https://api.smartsheet.com/2.0/token', method: 'DELETE', authentication: 'access_token' },
    tokens: ['access_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://api.smartsheet.com'] },
  test: { request: { url: 'https://api.smartsheet.com/2.0/users/me' }, shows: [{ at: '/id', present: true }] },
};
