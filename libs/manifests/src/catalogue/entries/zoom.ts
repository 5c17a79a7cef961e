import type { ManifestInput } from '../../manifest.schema.js';

export const zoom: ManifestInput = {
  manifest: 1,
  name: 'Zoom',
  tags: ['meetings', 'video'],
  documentationUrl: 'https://developers.zoom.us/docs/integrations/oauth/',
  guide:
    'At marketplace.zoom.us, build a general app that is managed by its users. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here. Scopes are set in the app, not asked for.',
  knownScopes: {
    'user:read:user': 'Read the user',
    'meeting:read:meeting': 'Read a meeting',
    'meeting:write:meeting': 'Create meetings',
    'meeting:read:list_meetings': 'List meetings',
  },
  unsure: ['Ninety days is what refresh tokens commonly live; Zoom may set it otherwise for an app or an account.'],
  authorize: { url: 'https://zoom.us/oauth/authorize', scopeSeparator: ',' },
  token: { url: 'https://zoom.us/oauth/token' },
  lifetimes: { refreshTokenSeconds: 7776000 },
  revoke: {
    request: {
      url: 'https://zoom.us/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    shows: [{ at: '/status', equals: 'success' }],
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://api.zoom.us'] },
  test: { request: { url: 'https://api.zoom.us/v2/users/me' }, shows: [{ at: '/id', present: true }] },
};
