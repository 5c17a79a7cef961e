import type { ManifestInput } from '../../manifest.schema.js';

export const spotify: ManifestInput = {
  manifest: 1,
  name: 'Spotify',
  tags: ['music'],
  documentationUrl: 'https://developer.spotify.com/documentation/web-api/tutorials/code-flow',
  guide:
    'In the Spotify developer dashboard, create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'user-read-email': 'Read the e-mail address',
    'user-read-private': 'Read country and plan',
    'playlist-read-private': 'Read private playlists',
    'playlist-modify-public': 'Change public playlists',
    'user-library-read': 'Read the library',
    'user-modify-playback-state': 'Control playback',
  },
  authorize: { url: 'https://accounts.spotify.com/authorize' },
  token: { url: 'https://accounts.spotify.com/api/token' },
  revoke: { byUserAt: 'https://www.spotify.com/account/apps/' },
  use: { baseUrls: ['https://api.spotify.com'] },
  test: { request: { url: 'https://api.spotify.com/v1/me' }, shows: [{ at: '/id', present: true }] },
};
