import type { ManifestInput } from '../../manifest.schema.js';

export const ringcentral: ManifestInput = {
  manifest: 1,
  name: 'RingCentral',
  tags: ['phone', 'meetings'],
  documentationUrl: 'https://developers.ringcentral.com/guide/authentication/auth-code-flow',
  guide:
    'In the RingCentral developer console, register a REST API app with a server-side web flow. Enter {{ redirect_uri }} as its OAuth redirect URI, then copy client ID and client secret here. Permissions are set in the app.',
  authorize: { url: 'https://platform.ringcentral.com/restapi/oauth/authorize' },
  token: { url: 'https://platform.ringcentral.com/restapi/oauth/token' },
  answer: { captures: { owner_id: '/owner_id' } },
  subject: 'owner_id',
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://platform.ringcentral.com/restapi/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    effect: 'family',
  },
  use: { baseUrls: ['https://platform.ringcentral.com/restapi'] },
  test: {
    request: { url: 'https://platform.ringcentral.com/restapi/v1.0/account/~/extension/~' },
    shows: [{ at: '/id', present: true }],
  },
};
