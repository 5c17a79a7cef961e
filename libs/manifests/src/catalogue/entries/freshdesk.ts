import type { ManifestInput } from '../../manifest.schema.js';

export const freshdesk: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Freshdesk',
  tags: ['support', 'api-key'],
  documentationUrl: 'https://developers.freshdesk.com/api/#authentication',
  guide: 'Each user copies their API key from Profile settings of Freshdesk, and fills it in behind the link.',
  hosts: ['*.freshdesk.com'],
  fields: {
    subdomain: {
      label: 'Subdomain',
      help: 'What stands before .freshdesk.com.',
      example: 'acme',
      pattern: '[a-zA-Z0-9-]+',
    },
    api_key: {
      label: 'API key',
      help: 'From your Profile settings, below the change of the password.',
      sensitive: true,
    },
  },
  use: {
    basic: { user: '{{ field.api_key }}', password: 'X' },
    baseUrls: ['https://{{ field.subdomain }}.freshdesk.com/api/v2'],
  },
  test: {
    request: { url: 'https://{{ field.subdomain }}.freshdesk.com/api/v2/agents/me' },
    shows: [{ at: '/id', present: true }],
  },
};
