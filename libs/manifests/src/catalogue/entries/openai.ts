import type { ManifestInput } from '../../manifest.schema.js';

export const openai: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'OpenAI',
  tags: ['ai', 'api-key'],
  documentationUrl: 'https://platform.openai.com/docs/api-reference/authentication',
  guide:
    'Each user makes a key of their own under API keys of the OpenAI platform, with as few permissions as will do, and fills it in behind the link.',
  fields: {
    api_key: {
      label: 'API key',
      help: 'From API keys in the OpenAI platform; it is shown there once.',
      sensitive: true,
    },
    organization: {
      label: 'Organization ID',
      help: 'Only if your account is in several.',
      example: 'org-abc123',
      required: false,
    },
  },
  use: {
    credential: '{{ field.api_key }}',
    headers: { 'OpenAI-Organization': '{{ field.organization }}' },
    baseUrls: ['https://api.openai.com/v1'],
  },
  test: { request: { url: 'https://api.openai.com/v1/models' }, shows: [{ at: '/data', present: true }] },
};
