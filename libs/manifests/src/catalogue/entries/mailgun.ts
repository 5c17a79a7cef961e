import type { ManifestInput } from '../../manifest.schema.js';

export const mailgun: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Mailgun',
  tags: ['email', 'api-key'],
  documentationUrl: 'https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth',
  guide:
    'Each user makes a key under API security of Mailgun, and fills it in behind the link with the region that their domains are in.',
  hosts: ['api.mailgun.net', 'api.eu.mailgun.net'],
  fields: {
    api_key: { label: 'API key', help: 'From API security in your Mailgun account.', sensitive: true },
    host: {
      label: 'Region',
      help: 'The European one is api.eu.mailgun.net.',
      options: ['api.mailgun.net', 'api.eu.mailgun.net'],
    },
  },
  use: { basic: { user: 'api', password: '{{ field.api_key }}' }, baseUrls: ['https://{{ field.host }}'] },
  test: { request: { url: 'https://{{ field.host }}/v3/domains' }, shows: [{ at: '/items', present: true }] },
};
