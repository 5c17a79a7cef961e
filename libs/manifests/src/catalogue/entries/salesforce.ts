import type { ManifestInput } from '../../manifest.schema.js';

export const salesforce: ManifestInput = {
  manifest: 1,
  name: 'Salesforce',
  tags: ['crm', 'sales'],
  documentationUrl: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm',
  guide:
    'In Salesforce Setup, open App Manager, create an external client app (or, where that is still allowed, a connected app) and enable OAuth. Enter {{ redirect_uri }} as its callback URL, then copy consumer key and consumer secret here.',
  knownScopes: {
    api: 'Use the REST and Bulk APIs',
    refresh_token: 'Get a refresh token',
    openid: 'Know who the user is',
    id: 'Read the identity URL',
    web: 'Use the web pages with the token',
  },
  unsure: [
    'Salesforce tells no lifetime: it is the session timeout of the organisation. Tokens are renewed on demand.',
  ],
  fields: {
    login_host: {
      label: 'Login host',
      help: 'login.salesforce.com, test.salesforce.com for a sandbox, or your own My Domain.',
      example: 'acme.my.salesforce.com',
      pattern: '[A-Za-z0-9.-]+',
      default: 'login.salesforce.com',
    },
  },
  hosts: ['*.salesforce.com', '*.force.com', '*.salesforce.mil', '*.cloudforce.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://{{ field.login_host }}/services/oauth2/authorize', scopes: ['api', 'refresh_token'] },
  token: { url: 'https://{{ field.login_host }}/services/oauth2/token' },
  answer: { captures: { instance_url: '/instance_url', identity: '/id' } },
  subject: 'identity',
  revoke: {
    request: {
      url: 'https://{{ field.login_host }}/services/oauth2/revoke',
      authentication: 'none',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    effect: 'family',
  },
  use: { baseUrls: ['{{ captured.instance_url }}'] },
  test: {
    request: { url: '{{ captured.instance_url }}/services/oauth2/userinfo' },
    shows: [{ at: '/user_id', present: true }],
  },
};
