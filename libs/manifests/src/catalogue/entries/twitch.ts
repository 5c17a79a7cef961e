import type { ManifestInput } from '../../manifest.schema.js';

export const twitch: ManifestInput = {
  manifest: 1,
  name: 'Twitch',
  tags: ['video', 'social'],
  documentationUrl: 'https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/',
  guide:
    'In the Twitch developer console, register an application. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    'user:read:email': 'Read the e-mail address',
    'channel:read:subscriptions': 'Read subscribers',
    'chat:read': 'Read chat',
    'chat:edit': 'Write to chat',
    'channel:manage:broadcast': 'Change the stream’s title and category',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://id.twitch.tv/oauth2/authorize' },
  token: { url: 'https://id.twitch.tv/oauth2/token' },
  // The status in words stands where the standard has its code: what is meant is in the message.
  answer: {
    error: '/message',
    errorStatuses: [400, 401, 403],
    errors: {
      'Invalid refresh token': 'invalid_grant',
      'Invalid authorization code': 'invalid_grant',
      'invalid client': 'invalid_client',
      'invalid client secret': 'invalid_client',
    },
  },
  revoke: {
    request: {
      url: 'https://id.twitch.tv/oauth2/revoke',
      authentication: 'none',
      body: { encoding: 'form', parameters: { token: '{{ token }}', client_id: '{{ client_id }}' } },
    },
    tokens: ['access_token'],
  },
  use: { headers: { 'Client-Id': '{{ client_id }}' }, baseUrls: ['https://api.twitch.tv'] },
  test: { request: { url: 'https://api.twitch.tv/helix/users' }, shows: [{ at: '/data/0/id', present: true }] },
};
