import type { ManifestInput } from '../../manifest.schema.js';

export const trello: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Trello',
  tags: ['tasks', 'boards', 'api-key'],
  documentationUrl: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/',
  guide:
    'Each user gets an API key at trello.com/power-ups/admin and a token by the link beside it, and fills both in behind the link.',
  fields: {
    key: { label: 'API key', help: 'From trello.com/power-ups/admin.', sensitive: true },
    token: { label: 'Token', help: 'By the link “Token” beside the key.', sensitive: true },
  },
  use: { parameters: { key: '{{ field.key }}', token: '{{ field.token }}' }, baseUrls: ['https://api.trello.com/1'] },
  test: { request: { url: 'https://api.trello.com/1/members/me' }, shows: [{ at: '/id', present: true }] },
};
