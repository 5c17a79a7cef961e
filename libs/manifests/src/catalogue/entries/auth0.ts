import type { ManifestInput } from '../../manifest.schema.js';

export const auth0: ManifestInput = {
  manifest: 1,
  name: 'Auth0',
  tags: ['identity'],
  documentationUrl: 'https://auth0.com/docs/get-started/authentication-and-authorization-flow/authorization-code-flow',
  guide:
    'In the Auth0 dashboard, create a regular web application. Enter {{ redirect_uri }} as its allowed callback URL, then copy client ID and client secret here.',
  knownScopes: {
    openid: 'Know who the user is',
    profile: 'Read the profile',
    email: 'Read the e-mail address',
    offline_access: 'Get a refresh token',
  },
  fields: {
    domain: {
      label: 'Tenant domain',
      help: 'The part before .auth0.com, region included.',
      example: 'acme.eu',
      pattern: '[a-z0-9-]+(\\.[a-z]{2,3})?',
    },
  },
  hosts: ['*.auth0.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://{{ field.domain }}.auth0.com/authorize', scopes: ['openid', 'offline_access'] },
  refresh: { comesWith: { scopes: ['offline_access'] } },
  token: { url: 'https://{{ field.domain }}.auth0.com/oauth/token' },
  answer: { captures: { account: '/id_token/sub' } },
  subject: 'account',
  revoke: {
    request: {
      url: 'https://{{ field.domain }}.auth0.com/oauth/revoke',
      body: { encoding: 'json', parameters: { token: '{{ token }}' } },
    },
    tokens: ['refresh_token'],
  },
  use: { baseUrls: ['https://{{ field.domain }}.auth0.com'] },
  test: { request: { url: 'https://{{ field.domain }}.auth0.com/userinfo' }, shows: [{ at: '/sub', present: true }] },
};
