import type { ManifestInput } from '../../manifest.schema.js';
import { auth0 } from './auth0.js';

export const auth0Device: ManifestInput = {
  manifest: 1,
  name: 'Auth0 (device authorization)',
  tags: ['identity', 'device'],
  documentationUrl:
    'https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow',
  guide:
    'In the Auth0 dashboard, create a native application and switch on the grants Device Code and Refresh Token. Copy its client ID here; there is no secret. Each connection names the API that its token is for. Users type a code at the tenant’s page /activate; nobody is sent to {{ redirect_uri }}.',
  knownScopes: auth0.knownScopes!,
  fields: {
    domain: auth0.fields!.domain!,
    audience: {
      label: 'API',
      help: 'The identifier of the API in Auth0.',
      example: 'https://api.example.com/',
      pattern: '\\S+',
    },
  },
  hosts: ['*.auth0.com'],
  grant: 'device_code',
  clientAuthentication: 'none',
  authorize: { scopes: ['openid', 'offline_access'] },
  device: {
    url: 'https://{{ field.domain }}.auth0.com/oauth/device/code',
    body: { parameters: { audience: '{{ field.audience }}' } },
  },
  token: { url: 'https://{{ field.domain }}.auth0.com/oauth/token' },
  answer: {
    captures: { account: '/id_token/sub' },
    // 403 while the user hasn’t decided and when they refuse, 429 for slow_down.
    errorStatuses: [400, 401, 403, 429],
  },
  subject: 'account',
  refresh: { comesWith: { scopes: ['offline_access'] } },
  revoke: auth0.revoke!,
  use: auth0.use!,
  test: auth0.test!,
};
