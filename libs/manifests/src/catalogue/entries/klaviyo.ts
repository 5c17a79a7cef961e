import type { ManifestInput } from '../../manifest.schema.js';

export const klaviyo: ManifestInput = {
  manifest: 1,
  name: 'Klaviyo',
  tags: ['marketing', 'email', 'commerce'],
  documentationUrl: 'https://developers.klaviyo.com/en/docs/set_up_oauth',
  guide:
    'In Klaviyo, open Integrations, Manage apps, and create an app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    'accounts:read': 'Read the account',
    'profiles:read': 'Read profiles',
    'profiles:write': 'Change profiles',
    'lists:read': 'Read lists',
    'campaigns:read': 'Read campaigns',
    'events:write': 'Send events',
  },
  authorize: { url: 'https://www.klaviyo.com/oauth/authorize', scopes: ['accounts:read'] },
  token: { url: 'https://a.klaviyo.com/oauth/token' },
  lifetimes: { idleSeconds: 7776000 },
  revoke: {
    request: {
      url: 'https://a.klaviyo.com/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { headers: { revision: '2024-10-15' }, baseUrls: ['https://a.klaviyo.com/api'] },
  test: { request: { url: 'https://a.klaviyo.com/api/accounts' }, shows: [{ at: '/data/0/id', present: true }] },
};
