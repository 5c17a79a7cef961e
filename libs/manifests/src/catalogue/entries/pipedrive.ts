import type { ManifestInput } from '../../manifest.schema.js';

export const pipedrive: ManifestInput = {
  manifest: 1,
  name: 'Pipedrive',
  tags: ['crm', 'sales'],
  documentationUrl: 'https://pipedrive.readme.io/docs/marketplace-oauth-authorization',
  guide:
    'In the Pipedrive Developer Hub, create an app. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here. Scopes are set in the app, not asked for.',
  knownScopes: {
    base: 'Read the user',
    'deals:read': 'Read deals',
    'deals:full': 'Read and change deals',
    'contacts:read': 'Read people and organisations',
    'contacts:full': 'Read and change people and organisations',
  },
  hosts: ['*.pipedrive.com'],
  authorize: { url: 'https://oauth.pipedrive.com/oauth/authorize', errors: { user_denied: 'access_denied' } },
  token: { url: 'https://oauth.pipedrive.com/oauth/token' },
  answer: { captures: { api_domain: '/api_domain' } },
  subject: 'api_domain',
  lifetimes: { idleSeconds: 5184000 },
  revoke: {
    request: {
      url: 'https://oauth.pipedrive.com/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { baseUrls: ['{{ captured.api_domain }}'] },
  test: { request: { url: '{{ captured.api_domain }}/api/v1/users/me' }, shows: [{ at: '/success', equals: true }] },
};
