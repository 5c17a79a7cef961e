import type { ManifestInput } from '../../manifest.schema.js';

export const tiktok: ManifestInput = {
  manifest: 1,
  name: 'TikTok (login and content)',
  tags: ['social', 'video'],
  documentationUrl: 'https://developers.tiktok.com/doc/oauth-user-access-token-management',
  guide:
    'At developers.tiktok.com, create an app and add Login Kit. Enter {{ redirect_uri }} as its redirect URI, then copy client key and client secret here.',
  knownScopes: {
    'user.info.basic': 'Read name and avatar',
    'video.list': 'List the user’s videos',
    'video.upload': 'Upload drafts',
    'video.publish': 'Publish videos',
  },
  unsure: ['Web apps need no PKCE; that it does no harm is an assumption.'],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://www.tiktok.com/v2/auth/authorize/',
    parameters: { client_id: null, client_key: '{{ client_id }}' },
    scopes: ['user.info.basic'],
    scopeSeparator: ',',
  },
  token: {
    url: 'https://open.tiktokapis.com/v2/oauth/token/',
    body: { parameters: { client_id: null, client_key: '{{ client_id }}' } },
  },
  answer: { refreshTokenExpires: { at: '/refresh_expires_in' }, captures: { open_id: '/open_id' } },
  subject: 'open_id',
  revoke: {
    request: {
      url: 'https://open.tiktokapis.com/v2/oauth/revoke/',
      authentication: 'none',
      body: {
        encoding: 'form',
        parameters: { token: '{{ token }}', client_key: '{{ client_id }}', client_secret: '{{ client_secret }}' },
      },
    },
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://open.tiktokapis.com'] },
  test: {
    request: { url: 'https://open.tiktokapis.com/v2/user/info/?fields=open_id' },
    shows: [{ at: '/error/code', equals: 'ok' }],
  },
};
