import type { ManifestInput } from '../../manifest.schema.js';

export const miro: ManifestInput = {
  manifest: 1,
  name: 'Miro',
  tags: ['whiteboard', 'office'],
  documentationUrl: 'https://developers.miro.com/docs/getting-started-with-oauth',
  guide:
    'In Miro, open your developer team’s apps and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { 'boards:read': 'Read boards', 'boards:write': 'Change boards', 'identity:read': 'Read the user' },
  clientAuthentication: 'post',
  authorize: { url: 'https://miro.com/oauth/authorize' },
  token: { url: 'https://api.miro.com/v1/oauth/token' },
  answer: { captures: { user_id: '/user_id', team_id: '/team_id' } },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.miro.com'] },
  test: { request: { url: 'https://api.miro.com/v1/oauth-token' } },
};
