import type { ManifestInput } from '../../manifest.schema.js';

export const salesforceJwt: ManifestInput = {
  manifest: 1,
  name: 'Salesforce (JWT, for a user)',
  tags: ['crm', 'sales'],
  documentationUrl: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm',
  guide:
    'In Salesforce Setup, create a connected app (or an external client app) with OAuth and "Use digital signatures", and upload the certificate that belongs to your private key; its callback URL is asked for and never used: {{ redirect_uri }} will do. Pre-authorize its users by profile or permission set. The consumer key is the client ID here, the private key the assertion key. Each connection names its user.',
  knownScopes: { api: 'Use the REST and Bulk APIs', refresh_token: 'Has to be allowed to the app for this grant' },
  unsure: [
    'Salesforce tells no lifetime: it is the session timeout of the organisation. Tokens are renewed on demand.',
  ],
  fields: {
    login_host: {
      label: 'Environment',
      options: ['login.salesforce.com', 'test.salesforce.com'],
      default: 'login.salesforce.com',
      help: 'test.salesforce.com is for sandboxes.',
    },
    username: { label: 'Salesforce user name', example: 'ada@example.com' },
  },
  hosts: ['*.salesforce.com', '*.force.com', '*.salesforce.mil', '*.cloudforce.com'],
  grant: 'jwt_bearer',
  clientAuthentication: 'none',
  // No longer than three minutes; what the token may do is what the app and its user may.
  assertion: {
    claims: { sub: '{{ field.username }}', aud: 'https://{{ field.login_host }}', iat: null, jti: null },
    lifetimeSeconds: 180,
  },
  token: {
    url: 'https://{{ field.login_host }}/services/oauth2/token',
    authentication: 'none',
    body: { parameters: { scope: null } },
  },
  answer: { captures: { instance_url: '/instance_url', identity: '/id' } },
  subject: 'identity',
  revoke: {
    request: {
      url: 'https://{{ field.login_host }}/services/oauth2/revoke',
      authentication: 'none',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    tokens: ['access_token'],
    effect: 'token',
  },
  use: { baseUrls: ['{{ captured.instance_url }}'] },
  test: {
    request: { url: '{{ captured.instance_url }}/services/oauth2/userinfo' },
    shows: [{ at: '/user_id', present: true }],
  },
};
