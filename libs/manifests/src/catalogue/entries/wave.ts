import type { ManifestInput } from '../../manifest.schema.js';

export const wave: ManifestInput = {
  manifest: 1,
  name: 'Wave',
  tags: ['accounting'],
  documentationUrl: 'https://developer.waveapps.com/hc/en-us/articles/360019493652-OAuth-Guide',
  guide:
    'In the Wave developer portal, create an application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'account:read': 'Read the chart of accounts',
    'business:read': 'Read the business',
    'customer:write': 'Change customers',
    'invoice:write': 'Change invoices',
    'user:read': 'Read the user',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://api.waveapps.com/oauth2/authorize/', scopes: ['business:read', 'user:read'] },
  token: { url: 'https://api.waveapps.com/oauth2/token/' },
  revoke: {
    request: {
      url: 'https://api.waveapps.com/oauth2/token-revoke/',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://gql.waveapps.com'] },
  test: {
    request: {
      url: 'https://gql.waveapps.com/graphql/public',
      method: 'POST',
      body: { encoding: 'json', parameters: { query: 'query { user { id } }' } },
    },
    shows: [{ at: '/data/user/id', present: true }],
  },
};
