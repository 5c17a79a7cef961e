import type { ManifestInput } from '../../manifest.schema.js';

export const spotifyApp: ManifestInput = {
  manifest: 1,
  name: 'Spotify (app only)',
  tags: ['music'],
  documentationUrl: 'https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow',
  guide:
    'In the Spotify developer dashboard, create an app, and copy client ID and client secret here. The token reads what is public: artists, albums, tracks; nobody’s library. There are no scopes, and nobody is sent to {{ redirect_uri }}.',
  grant: 'client_credentials',
  clientAuthentication: 'basic',
  token: { url: 'https://accounts.spotify.com/api/token', body: { parameters: { scope: null } } },
  use: { baseUrls: ['https://api.spotify.com'] },
  test: {
    request: { url: 'https://api.spotify.com/v1/search?q=a&type=artist&limit=1' },
    shows: [{ at: '/artists', present: true }],
  },
};
