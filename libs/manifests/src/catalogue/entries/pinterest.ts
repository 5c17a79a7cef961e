import type { ManifestInput } from '../../manifest.schema.js';

export const pinterest: ManifestInput = {
  manifest: 1,
  name: 'Pinterest',
  tags: ['social'],
  documentationUrl: 'https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/',
  guide:
    'At developers.pinterest.com, create an app. Enter {{ redirect_uri }} as its redirect URI, then copy app ID and app secret key here.',
  knownScopes: {
    'user_accounts:read': 'Read the account',
    'boards:read': 'Read boards',
    'boards:write': 'Change boards',
    'pins:read': 'Read pins',
    'pins:write': 'Create pins',
    'ads:read': 'Read ads',
  },
  authorize: { url: 'https://www.pinterest.com/oauth/', scopes: ['user_accounts:read'], scopeSeparator: ',' },
  token: { url: 'https://api.pinterest.com/v5/oauth/token' },
  answer: { scopeSeparator: ' ' },
  revoke: { byUserAt: 'https://www.pinterest.com/settings/security' },
  use: { baseUrls: ['https://api.pinterest.com'] },
  test: { request: { url: 'https://api.pinterest.com/v5/user_account' }, shows: [{ at: '/username', present: true }] },
};
