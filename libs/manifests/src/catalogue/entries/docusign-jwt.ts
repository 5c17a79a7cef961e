import type { ManifestInput } from '../../manifest.schema.js';

export const docusignJwt: ManifestInput = {
  manifest: 1,
  name: 'Docusign (JWT, for a user)',
  tags: ['signatures', 'documents'],
  documentationUrl: 'https://developers.docusign.com/platform/auth/jwt/',
  guide:
    'In Docusign, open Settings, Apps and Keys, and add an app with an RSA key pair. The integration key is the client ID here, and the private key the assertion key. Each user, or an admin for all, consents once to the scope impersonation: enter {{ redirect_uri }} as a redirect URI for that. Each connection names its user by the user ID, a GUID.',
  knownScopes: { signature: 'Send and read envelopes', impersonation: 'Act for users by JWT' },
  fields: {
    host: {
      label: 'Environment',
      options: ['account.docusign.com', 'account-d.docusign.com'],
      default: 'account.docusign.com',
      help: 'account-d is the developer environment.',
    },
    user: { label: 'User ID', example: '0b1e2f3a-1111-4222-8333-444455556666', pattern: '[0-9a-fA-F-]{36}' },
  },
  hosts: ['account.docusign.com', 'account-d.docusign.com', '*.docusign.net'],
  grant: 'jwt_bearer',
  clientAuthentication: 'none',
  authorize: { scopes: ['signature', 'impersonation'] },
  assertion: {
    claims: { sub: '{{ field.user }}', aud: '{{ field.host }}', scope: '{{ scope }}' },
    lifetimeSeconds: 3600,
  },
  token: {
    url: 'https://{{ field.host }}/oauth/token',
    authentication: 'none',
    body: { parameters: { scope: null } },
  },
  answer: { errors: { consent_required: 'invalid_grant' } },
  followUps: [
    {
      request: { url: 'https://{{ field.host }}/oauth/userinfo' },
      captures: { account_id: '/accounts/0/account_id', base_uri: '/accounts/0/base_uri' },
    },
  ],
  use: { baseUrls: ['{{ captured.base_uri }}/restapi', 'https://{{ field.host }}/oauth'] },
  test: { request: { url: 'https://{{ field.host }}/oauth/userinfo' }, shows: [{ at: '/sub', present: true }] },
};
