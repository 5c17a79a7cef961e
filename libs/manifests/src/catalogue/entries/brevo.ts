import type { ManifestInput } from '../../manifest.schema.js';

export const brevo: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Brevo',
  tags: ['email', 'marketing', 'api-key'],
  documentationUrl: 'https://developers.brevo.com/docs/getting-started',
  guide: 'Each user makes a key under SMTP & API, API keys of Brevo, and fills it in behind the link.',
  fields: {
    api_key: { label: 'API key', help: 'From SMTP & API, API keys; it is shown there once.', sensitive: true },
  },
  use: { header: 'api-key', scheme: '', credential: '{{ field.api_key }}', baseUrls: ['https://api.brevo.com/v3'] },
  test: { request: { url: 'https://api.brevo.com/v3/account' }, shows: [{ at: '/email', present: true }] },
};
