import type { ManifestInput } from '../../manifest.schema.js';

export const pagerduty: ManifestInput = {
  manifest: 1,
  name: 'PagerDuty',
  tags: ['developer', 'monitoring'],
  documentationUrl: 'https://developer.pagerduty.com/docs/user-oauth-token-via-code-grant',
  guide:
    'In PagerDuty, open Integrations, App registration, and create an app with scoped OAuth. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    openid: 'Know who the user is',
    'users.read': 'Read users',
    'incidents.read': 'Read incidents',
    'incidents.write': 'Change incidents',
    'schedules.read': 'Read schedules',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://identity.pagerduty.com/oauth/authorize', scopes: ['users.read'] },
  token: { url: 'https://identity.pagerduty.com/oauth/token' },
  use: { baseUrls: ['https://api.pagerduty.com'] },
  test: { request: { url: 'https://api.pagerduty.com/users/me' }, shows: [{ at: '/user/id', present: true }] },
};
