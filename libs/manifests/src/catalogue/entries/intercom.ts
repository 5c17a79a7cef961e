import type { ManifestInput } from '../../manifest.schema.js';

export const intercom: ManifestInput = {
  manifest: 1,
  name: 'Intercom',
  tags: ['support', 'chat'],
  documentationUrl:
    'https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/setting-up-oauth',
  guide:
    'In the Intercom Developer Hub, create an app and open Authentication. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Permissions are set in the app; tokens don’t expire.',
  unsure: ['Workspaces in Europe and Australia have API hosts of their own (api.eu.intercom.io, api.au.intercom.io).'],
  clientAuthentication: 'post',
  authorize: { url: 'https://app.intercom.com/oauth' },
  token: { url: 'https://api.intercom.io/auth/eagle/token' },
  refresh: null,
  revoke: {
    request: { url: 'https://api.intercom.io/auth/uninstall', authentication: 'access_token' },
    tokens: ['access_token'],
    effect: 'install',
  },
  use: { baseUrls: ['https://api.intercom.io', 'https://api.eu.intercom.io', 'https://api.au.intercom.io'] },
  test: { request: { url: 'https://api.intercom.io/me' }, shows: [{ at: '/id', present: true }] },
};
