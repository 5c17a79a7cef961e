import type { ManifestInput } from '../../manifest.schema.js';

export const aweber: ManifestInput = {
  manifest: 1,
  name: 'AWeber',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://api.aweber.com/#tag/OAuth-2.0-Reference',
  guide:
    'At labs.aweber.com, create an app. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    'account.read': 'Read the account',
    'list.read': 'Read lists',
    'list.write': 'Change lists',
    'subscriber.read': 'Read subscribers',
    'subscriber.write': 'Change subscribers',
  },
  authorize: { url: 'https://auth.aweber.com/oauth2/authorize', scopes: ['account.read'] },
  token: { url: 'https://auth.aweber.com/oauth2/token' },
  revoke: {
    request: {
      url: 'https://auth.aweber.com/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { baseUrls: ['https://api.aweber.com'] },
  test: { request: { url: 'https://api.aweber.com/1.0/accounts' }, shows: [{ at: '/entries', present: true }] },
};
