import type { ManifestInput } from '../../manifest.schema.js';
import { okta } from './okta.js';

export const oktaService: ManifestInput = {
  manifest: 1,
  name: 'Okta (service app, private key)',
  tags: ['identity'],
  documentationUrl: 'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/',
  guide:
    'In the Okta admin console, create an app integration of the type API Services, choose "Public key / Private key" and give it the URL of this API service’s key set (GET /jwks/:slug). Grant it the Okta API scopes that it may ask for and an admin role. Copy the client ID here; there is no secret, and nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    'okta.users.read': 'Read users',
    'okta.users.manage': 'Read and change users',
    'okta.groups.read': 'Read groups',
    'okta.groups.manage': 'Read and change groups',
    'okta.logs.read': 'Read the system log',
    'okta.apps.read': 'Read applications',
  },
  fields: { domain: okta.fields!.domain! },
  hosts: ['*.okta.com'],
  grant: 'client_credentials',
  clientAuthentication: 'private_key_jwt',
  // The org’s own authorization server takes no other proof of a service app, and wants its token endpoint as audience.
  clientAssertion: { algorithm: 'RS256', audience: 'token_endpoint', type: 'absent', lifetimeSeconds: 300 },
  authorize: { scopes: ['okta.users.read'] },
  token: { url: 'https://{{ field.domain }}.okta.com/oauth2/v1/token' },
  lifetimes: { accessTokenSeconds: 3600 },
  revoke: {
    request: {
      url: 'https://{{ field.domain }}.okta.com/oauth2/v1/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
    tokens: ['access_token'],
    effect: 'token',
  },
  use: { baseUrls: ['https://{{ field.domain }}.okta.com/api'] },
  test: { request: { url: 'https://{{ field.domain }}.okta.com/api/v1/users?limit=1' } },
};
