import type { ManifestInput } from '../../manifest.schema.js';
import { twitch } from './twitch.js';

export const twitchDevice: ManifestInput = {
  manifest: 1,
  name: 'Twitch (device code)',
  tags: ['video', 'social', 'device'],
  documentationUrl: 'https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#device-code-grant-flow',
  guide:
    'In the Twitch developer console, register an application of the client type "Public". Its OAuth redirect URL is asked for and never used: {{ redirect_uri }} will do. Copy the client ID here; there is no secret. Users confirm a code at twitch.tv/activate.',
  knownScopes: twitch.knownScopes!,
  grant: 'device_code',
  clientAuthentication: 'none',
  authorize: { scopes: ['user:read:email'] },
  // Twitch names the scopes in the plural, and wants them once more with each poll.
  device: {
    url: 'https://id.twitch.tv/oauth2/device',
    body: { parameters: { scope: null, scopes: '{{ scope }}' } },
  },
  token: { url: 'https://id.twitch.tv/oauth2/token', body: { parameters: { scopes: '{{ scope }}' } } },
  answer: {
    error: '/message',
    errors: {
      'invalid device code': 'expired_token',
      'Invalid refresh token': 'invalid_grant',
      'invalid client': 'invalid_client',
    },
  },
  // A public client’s refresh token is good once, and for thirty days.
  lifetimes: { refreshTokenSeconds: 2_592_000 },
  refresh: { indeterminate: 'reauthorize', request: { body: {} } },
  revoke: twitch.revoke!,
  use: twitch.use!,
  test: twitch.test!,
};
