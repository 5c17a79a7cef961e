import type { ManifestInput } from '../../manifest.schema.js';

export const google: ManifestInput = {
  manifest: 1,
  name: 'Google',
  tags: ['office', 'mail', 'calendar', 'files', 'identity'],
  knownScopes: {
    openid: 'Know who the user is',
    email: 'Read the e-mail address',
    profile: 'Read name and picture',
    'https://www.googleapis.com/auth/gmail.send': 'Send mail',
    'https://www.googleapis.com/auth/gmail.readonly': 'Read mail',
    'https://www.googleapis.com/auth/calendar': 'Read and change calendars',
    'https://www.googleapis.com/auth/drive.file': 'Files that the app made or was given',
    'https://www.googleapis.com/auth/spreadsheets': 'Read and change spreadsheets',
    'https://www.googleapis.com/auth/contacts.readonly': 'Read contacts',
  },
  documentationUrl: 'https://developers.google.com/identity/protocols/oauth2/web-server',
  guide:
    'In the Google Cloud console, open APIs & Services, Credentials, and create an OAuth client ID of the type "Web application". ' +
    'Add {{ redirect_uri }} under "Authorized redirect URIs", then copy client ID and client secret here, and name the scopes that you need. ' +
    'Publish the app before real users connect: while its status is "Testing", every grant dies after seven days.',
  issuer: 'https://accounts.google.com',
  clientAuthentication: 'post',
  authorize: {
    url: 'https://accounts.google.com/o/oauth2/v2/auth',
    // Without these two Google gives no refresh token, or none the second time.
    parameters: { access_type: 'offline', prompt: 'consent' },
    scopes: ['openid'],
  },
  refresh: { comesWith: { parameters: { access_type: 'offline', prompt: 'consent' } } },
  token: { url: 'https://oauth2.googleapis.com/token' },
  answer: {
    captures: { account: '/id_token/sub' },
    scopeNames: {
      'https://www.googleapis.com/auth/userinfo.email': 'email',
      'https://www.googleapis.com/auth/userinfo.profile': 'profile',
    },
  },
  subject: 'account',
  // About six months, told in days.
  lifetimes: { idleSeconds: 180 * 86_400 },
  revoke: {
    request: {
      url: 'https://oauth2.googleapis.com/revoke',
      authentication: 'none',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    // Revoking an access token kills its refresh token too.
    effect: 'family',
  },
  use: {
    baseUrls: [
      'https://www.googleapis.com',
      'https://openidconnect.googleapis.com',
      'https://gmail.googleapis.com',
      'https://sheets.googleapis.com',
      'https://docs.googleapis.com',
      'https://people.googleapis.com',
      'https://slides.googleapis.com',
      'https://forms.googleapis.com',
      'https://tasks.googleapis.com',
      'https://chat.googleapis.com',
    ],
  },
  test: {
    request: { url: 'https://openidconnect.googleapis.com/v1/userinfo' },
    shows: [{ at: '/sub', present: true }],
  },
};
