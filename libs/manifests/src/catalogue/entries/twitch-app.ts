import type { ManifestInput } from '../../manifest.schema.js';
import { twitch } from './twitch.js';

export const twitchApp: ManifestInput = {
  manifest: 1,
  name: 'Twitch (app only)',
  tags: ['video', 'social'],
  documentationUrl: 'https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#client-credentials-grant-flow',
  guide:
    'In the Twitch developer console, register a confidential application. Its OAuth redirect URL is asked for and never used: {{ redirect_uri }} will do. Copy client ID and client secret here. The token reads what is public: streams, games, channels.',
  grant: 'client_credentials',
  clientAuthentication: 'post',
  token: { url: 'https://id.twitch.tv/oauth2/token', body: { parameters: { scope: null } } },
  answer: {
    error: '/message',
    errorStatuses: [400, 401, 403],
    errors: { 'invalid client': 'invalid_client', 'invalid client secret': 'invalid_client' },
  },
  revoke: { ...twitch.revoke!, effect: 'token' },
  use: twitch.use!,
  test: { request: { url: 'https://api.twitch.tv/helix/games/top?first=1' }, shows: [{ at: '/data', present: true }] },
};
