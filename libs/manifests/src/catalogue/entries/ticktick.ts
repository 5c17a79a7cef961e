import type { ManifestInput } from '../../manifest.schema.js';

export const ticktick: ManifestInput = {
  manifest: 1,
  name: 'TickTick',
  tags: ['tasks'],
  documentationUrl: 'https://developer.ticktick.com/docs',
  guide:
    'At developer.ticktick.com, create an app. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here.',
  knownScopes: { 'tasks:read': 'Read tasks', 'tasks:write': 'Change tasks' },
  unsure: ['Whether it gives refresh tokens; its tokens live about half a year.'],
  authorize: { url: 'https://ticktick.com/oauth/authorize', scopes: ['tasks:read'] },
  token: { url: 'https://ticktick.com/oauth/token' },
  use: { baseUrls: ['https://api.ticktick.com/open'] },
  test: { request: { url: 'https://api.ticktick.com/open/v1/project' } },
};
