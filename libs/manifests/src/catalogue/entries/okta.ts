import type { ManifestInput } from '../../manifest.schema.js';

export const okta: ManifestInput = {
  manifest: 1,
  name: 'Okta',
  tags: ['identity'],
  documentationUrl: 'https://developer.okta.com/docs/guides/implement-grant-type/authcode/main/',
  guide:
    'In the Okta admin console, create an OIDC web application with the grant type Refresh Token. Enter {{ redirect_uri }} as its sign-in redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    openid: 'Know who the user is',
    profile: 'Read the profile',
    email: 'Read the e-mail address',
    offline_access: 'Get a refresh token',
    'okta.users.read': 'Read users',
  },
  fields: {
    domain: { label: 'Okta domain', help: 'The part before .okta.com.', example: 'acme', pattern: '[a-z0-9-]+' },
  },
  hosts: ['*.okta.com'],
  authorize: { url: 'https://{{ field.domain }}.okta.com/oauth2/v1/authorize', scopes: ['openid', 'offline_access'] },
  refresh: { comesWith: { scopes: ['offline_access'] } },
  token: { url: 'https://{{ field.domain }}.okta.com/oauth2/v1/token' },
  answer: { captures: { account: '/id_token/sub' } },
  subject: 'account',
  revoke: {
    request: {
      url: 'https://{{ field.domain }}.okta.com/oauth2/v1/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
  },
  use: { baseUrls: ['https://{{ field.domain }}.okta.com'] },
  test: {
    request: { url: 'https://{{ field.domain }}.okta.com/oauth2/v1/userinfo' },
    shows: [{ at: '/sub', present: true }],
  },
};
