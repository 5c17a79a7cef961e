import type { ManifestInput } from '../../manifest.schema.js';

export const dropbox: ManifestInput = {
  manifest: 1,
  name: 'Dropbox',
  tags: ['storage', 'files'],
  documentationUrl: 'https://developers.dropbox.com/oauth-guide',
  guide:
    'At dropbox.com/developers/apps, create an app. Enter {{ redirect_uri }} as its redirect URI, then copy app key and app secret here.',
  knownScopes: {
    'account_info.read': 'Read the account',
    'files.metadata.read': 'List files',
    'files.content.read': 'Read files',
    'files.content.write': 'Write files',
    'sharing.write': 'Share files',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://www.dropbox.com/oauth2/authorize',
    parameters: { token_access_type: 'offline' },
    scopes: ['account_info.read'],
  },
  refresh: { comesWith: { parameters: { token_access_type: 'offline' } } },
  token: { url: 'https://api.dropboxapi.com/oauth2/token' },
  answer: { captures: { account_id: '/account_id' } },
  subject: 'account_id',
  revoke: {
    request: { url: 'https://api.dropboxapi.com/2/auth/token/revoke', authentication: 'access_token' },
    tokens: ['access_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://api.dropboxapi.com', 'https://content.dropboxapi.com'] },
  test: {
    request: { url: 'https://api.dropboxapi.com/2/users/get_current_account', method: 'POST' },
    shows: [{ at: '/account_id', present: true }],
  },
};
