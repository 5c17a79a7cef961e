import type { ManifestInput } from '../../manifest.schema.js';

export const dropboxSign: ManifestInput = {
  manifest: 1,
  name: 'Dropbox Sign',
  tags: ['signatures', 'documents'],
  documentationUrl: 'https://developers.hellosign.com/docs/oauth/overview/',
  guide:
    'In Dropbox Sign, open API, and create an API app with OAuth. Enter {{ redirect_uri }} as its "OAuth callback", then copy client ID and client secret here.',
  knownScopes: {
    request_signature: 'Send signature requests',
    basic_account_info: 'Read the account',
    account_access: 'Manage the account',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://app.hellosign.com/oauth/authorize', scopes: ['basic_account_info'] },
  token: { url: 'https://app.hellosign.com/oauth/token' },
  refresh: { request: { url: 'https://app.hellosign.com/oauth/token?refresh' } },
  use: { baseUrls: ['https://api.hellosign.com'] },
  test: {
    request: { url: 'https://api.hellosign.com/v3/account' },
    shows: [{ at: '/account/account_id', present: true }],
  },
};
