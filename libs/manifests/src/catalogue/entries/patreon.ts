import type { ManifestInput } from '../../manifest.schema.js';

export const patreon: ManifestInput = {
  manifest: 1,
  name: 'Patreon',
  tags: ['payments', 'social'],
  documentationUrl: 'https://docs.patreon.com/#oauth',
  guide:
    'At patreon.com/portal, create a client of API version 2. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    identity: 'Read the user',
    'identity[email]': 'Read the e-mail address',
    campaigns: 'Read campaigns',
    'campaigns.members': 'Read members',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://www.patreon.com/oauth2/authorize', scopes: ['identity'] },
  token: { url: 'https://www.patreon.com/api/oauth2/token' },
  revoke: { byUserAt: 'https://www.patreon.com/settings/apps' },
  use: { baseUrls: ['https://www.patreon.com/api'] },
  test: {
    request: { url: 'https://www.patreon.com/api/oauth2/v2/identity' },
    shows: [{ at: '/data/id', present: true }],
  },
};
