import type { ManifestInput } from '../../manifest.schema.js';

export const docusign: ManifestInput = {
  manifest: 1,
  name: 'Docusign',
  tags: ['signatures', 'documents'],
  documentationUrl: 'https://developers.docusign.com/platform/auth/authcode/',
  guide:
    'In Docusign, open Settings, Apps and Keys, and add an app. Enter {{ redirect_uri }} as its redirect URI, then copy integration key and secret key here.',
  knownScopes: {
    signature: 'Send and read envelopes',
    extended: 'Let refreshes prolong the grant',
    impersonation: 'Act for users by JWT',
  },
  fields: {
    host: {
      label: 'Environment',
      options: ['account.docusign.com', 'account-d.docusign.com'],
      default: 'account.docusign.com',
      help: 'account-d is the developer environment.',
    },
  },
  hosts: ['account.docusign.com', 'account-d.docusign.com', '*.docusign.net'],
  authorize: { url: 'https://{{ field.host }}/oauth/auth', scopes: ['signature', 'extended'] },
  token: { url: 'https://{{ field.host }}/oauth/token' },
  followUps: [
    {
      request: { url: 'https://{{ field.host }}/oauth/userinfo' },
      captures: { subject: '/sub', account_id: '/accounts/0/account_id', base_uri: '/accounts/0/base_uri' },
    },
  ],
  subject: 'subject',
  lifetimes: { refreshTokenSeconds: 2592000 },
  use: { baseUrls: ['{{ captured.base_uri }}/restapi', 'https://{{ field.host }}/oauth'] },
  test: { request: { url: 'https://{{ field.host }}/oauth/userinfo' }, shows: [{ at: '/sub', present: true }] },
};
