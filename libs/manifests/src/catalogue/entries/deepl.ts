import type { ManifestInput } from '../../manifest.schema.js';

export const deepl: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'DeepL',
  tags: ['translation', 'api-key'],
  documentationUrl: 'https://developers.deepl.com/docs/getting-started/auth',
  guide:
    'Each user makes a key under API keys of their DeepL account, and fills it in behind the link with the plan that it is of.',
  hosts: ['api.deepl.com', 'api-free.deepl.com'],
  fields: {
    auth_key: { label: 'Authentication key', help: 'Keys of the free plan end with :fx.', sensitive: true },
    host: {
      label: 'Plan',
      help: 'api-free.deepl.com is the free one.',
      options: ['api.deepl.com', 'api-free.deepl.com'],
    },
  },
  use: { scheme: 'DeepL-Auth-Key', credential: '{{ field.auth_key }}', baseUrls: ['https://{{ field.host }}'] },
  test: { request: { url: 'https://{{ field.host }}/v2/usage' }, shows: [{ at: '/character_limit', present: true }] },
};
