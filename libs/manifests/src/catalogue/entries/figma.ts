import type { ManifestInput } from '../../manifest.schema.js';

export const figma: ManifestInput = {
  manifest: 1,
  name: 'Figma',
  tags: ['design'],
  documentationUrl: 'https://www.figma.com/developers/api#oauth2',
  guide:
    'At figma.com/developers/apps, create an app. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here.',
  knownScopes: {
    'current_user:read': 'Read the user',
    'file_content:read': 'Read files',
    'file_comments:write': 'Write comments',
    'webhooks:write': 'Manage webhooks',
  },
  authorize: { url: 'https://www.figma.com/oauth', scopes: ['current_user:read'], scopeSeparator: ',' },
  token: { url: 'https://api.figma.com/v1/oauth/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer', captures: { user_id: '/user_id_string' } },
  subject: 'user_id',
  refresh: { request: { url: 'https://api.figma.com/v1/oauth/refresh' } },
  use: { baseUrls: ['https://api.figma.com'] },
  test: { request: { url: 'https://api.figma.com/v1/me' }, shows: [{ at: '/id', present: true }] },
};
