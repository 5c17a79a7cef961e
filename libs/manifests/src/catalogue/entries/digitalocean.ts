import type { ManifestInput } from '../../manifest.schema.js';

export const digitalocean: ManifestInput = {
  manifest: 1,
  name: 'DigitalOcean',
  tags: ['developer', 'hosting'],
  documentationUrl: 'https://docs.digitalocean.com/reference/api/oauth/',
  guide:
    'In DigitalOcean, open API, OAuth applications, and register an application. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here.',
  knownScopes: { read: 'Read everything', write: 'Change everything' },
  clientAuthentication: 'post',
  authorize: { url: 'https://cloud.digitalocean.com/v1/oauth/authorize', scopes: ['read'] },
  token: { url: 'https://cloud.digitalocean.com/v1/oauth/token' },
  answer: { captures: { account: '/info/uuid' } },
  subject: 'account',
  revoke: {
    request: {
      url: 'https://cloud.digitalocean.com/v1/oauth/revoke',
      authentication: 'access_token',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.digitalocean.com'] },
  test: {
    request: { url: 'https://api.digitalocean.com/v2/account' },
    shows: [{ at: '/account/uuid', present: true }],
  },
};
