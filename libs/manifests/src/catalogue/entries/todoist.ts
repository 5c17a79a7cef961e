import type { ManifestInput } from '../../manifest.schema.js';

export const todoist: ManifestInput = {
  manifest: 1,
  name: 'Todoist',
  tags: ['tasks'],
  documentationUrl: 'https://developer.todoist.com/guides/#oauth',
  guide:
    'In the Todoist app console, create an app. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: {
    'data:read': 'Read tasks and projects',
    'data:read_write': 'Read and change tasks and projects',
    'task:add': 'Add tasks',
    'data:delete': 'Delete tasks and projects',
  },
  unsure: ['The addresses of revocation and of a test call, which move with its API versions; neither is here.'],
  clientAuthentication: 'post',
  authorize: { url: 'https://todoist.com/oauth/authorize', scopes: ['data:read'], scopeSeparator: ',' },
  token: { url: 'https://todoist.com/oauth/access_token' },
  refresh: null,
  revoke: { byUserAt: 'https://app.todoist.com/app/settings/integrations' },
  use: { baseUrls: ['https://api.todoist.com'] },
};
