import type { ManifestInput } from '../../manifest.schema.js';

export const helpscout: ManifestInput = {
  manifest: 1,
  name: 'Help Scout',
  tags: ['support'],
  documentationUrl: 'https://developer.helpscout.com/mailbox-api/overview/authentication/',
  guide:
    'In Help Scout, open Your profile, My apps, and create an app. Enter {{ redirect_uri }} as its redirection URL, then copy App ID and App secret here.',
  clientAuthentication: 'post',
  authorize: { url: 'https://secure.helpscout.net/authentication/authorizeClientApplication' },
  token: { url: 'https://api.helpscout.net/v2/oauth2/token' },
  use: { baseUrls: ['https://api.helpscout.net'] },
  test: { request: { url: 'https://api.helpscout.net/v2/users/me' }, shows: [{ at: '/id', present: true }] },
};
