import type { ManifestInput } from '../../manifest.schema.js';

export const outreach: ManifestInput = {
  manifest: 1,
  name: 'Outreach',
  tags: ['sales'],
  documentationUrl: 'https://developers.outreach.io/api/oauth/',
  guide:
    'In the Outreach developer portal, create an app with API access. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'prospects.read': 'Read prospects',
    'prospects.write': 'Change prospects',
    'accounts.read': 'Read accounts',
    'users.read': 'Read users',
    'sequences.read': 'Read sequences',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://api.outreach.io/oauth/authorize', scopes: ['users.read'] },
  token: { url: 'https://api.outreach.io/oauth/token' },
  lifetimes: { refreshTokenSeconds: 1209600 },
  use: { baseUrls: ['https://api.outreach.io'] },
  test: { request: { url: 'https://api.outreach.io/api/v2' }, shows: [{ at: '/meta', present: true }] },
};
