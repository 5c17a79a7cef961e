import type { ManifestInput } from '../../manifest.schema.js';
import { github } from './github.js';

export const githubDevice: ManifestInput = {
  manifest: 1,
  name: 'GitHub (device flow)',
  tags: ['developer', 'code', 'device'],
  documentationUrl: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow',
  guide:
    'On GitHub, open Settings, Developer settings, OAuth Apps, register an application and switch on "Enable Device Flow". Its callback URL is asked for and never used: {{ redirect_uri }} will do. Copy the client ID here; there is no secret. Users type a code at github.com/login/device.',
  knownScopes: github.knownScopes!,
  grant: 'device_code',
  clientAuthentication: 'none',
  device: { url: 'https://github.com/login/device/code' },
  token: { url: 'https://github.com/login/oauth/access_token' },
  answer: {
    scopeSeparator: ',',
    errors: {
      device_flow_disabled: 'unauthorized_client',
      incorrect_client_credentials: 'invalid_client',
      incorrect_device_code: 'invalid_grant',
      bad_refresh_token: 'invalid_grant',
    },
  },
  revoke: { byUserAt: 'https://github.com/settings/applications' },
  use: github.use!,
  test: github.test!,
};
