import type { ManifestInput } from '../../manifest.schema.js';

export const notion: ManifestInput = {
  manifest: 1,
  name: 'Notion',
  tags: ['notes', 'office'],
  documentationUrl: 'https://developers.notion.com/docs/authorization',
  guide:
    'At notion.so/my-integrations, create a public integration. Enter {{ redirect_uri }} as its redirect URI, then copy OAuth client ID and secret here. What a token may do is set in the integration’s capabilities; users choose the pages.',
  authorize: { url: 'https://api.notion.com/v1/oauth/authorize', parameters: { owner: 'user' } },
  token: {
    url: 'https://api.notion.com/v1/oauth/token',
    headers: { 'Notion-Version': '2022-06-28' },
    body: { encoding: 'json' },
  },
  answer: { captures: { workspace_id: '/workspace_id', bot_id: '/bot_id' } },
  subject: 'workspace_id',
  revoke: {
    request: {
      url: 'https://api.notion.com/v1/oauth/revoke',
      headers: { 'Notion-Version': '2022-06-28' },
      body: { encoding: 'json', parameters: { token: '{{ token }}' } },
    },
    shows: [{ at: '/request_id', present: true }],
    tokens: ['access_token'],
  },
  use: { headers: { 'Notion-Version': '2022-06-28' }, baseUrls: ['https://api.notion.com'] },
  test: { request: { url: 'https://api.notion.com/v1/users/me' }, shows: [{ at: '/id', present: true }] },
};
