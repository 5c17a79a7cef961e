import type { ManifestInput } from '../../manifest.schema.js';

export const anthropic: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Anthropic',
  tags: ['ai', 'api-key'],
  documentationUrl: 'https://docs.anthropic.com/en/api/overview',
  guide: 'Each user makes a key in the Anthropic Console under API keys, and fills it in behind the link.',
  fields: {
    api_key: {
      label: 'API key',
      help: 'From API keys in the Anthropic Console; it is shown there once.',
      sensitive: true,
    },
  },
  use: {
    header: 'x-api-key',
    scheme: '',
    credential: '{{ field.api_key }}',
    headers: { 'anthropic-version': '2023-06-01' },
    baseUrls: ['https://api.anthropic.com/v1'],
  },
  test: { request: { url: 'https://api.anthropic.com/v1/models' }, shows: [{ at: '/data', present: true }] },
};
