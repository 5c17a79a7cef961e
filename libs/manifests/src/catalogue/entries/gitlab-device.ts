import type { ManifestInput } from '../../manifest.schema.js';
import { gitlab } from './gitlab.js';

export const gitlabDevice: ManifestInput = {
  manifest: 1,
  name: 'GitLab.com (device authorization)',
  tags: ['developer', 'code', 'device'],
  documentationUrl: 'https://docs.gitlab.com/api/oauth2/#device-authorization-grant-flow',
  guide:
    'On GitLab, open Preferences, Applications, and add an application that is not confidential. Its redirect URI is asked for and never used: {{ redirect_uri }} will do. Copy the application ID here; there is no secret. Users type a code at gitlab.com/oauth/device.',
  knownScopes: gitlab.knownScopes!,
  grant: 'device_code',
  clientAuthentication: 'none',
  authorize: { scopes: ['read_user'] },
  device: { url: 'https://gitlab.com/oauth/authorize_device' },
  token: { url: 'https://gitlab.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://gitlab.com/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: gitlab.use!,
  test: gitlab.test!,
};
