import type { ManifestInput } from '../../manifest.schema.js';
import { google } from './google.js';

export const googleDevice: ManifestInput = {
  manifest: 1,
  name: 'Google (TVs and limited-input devices)',
  tags: ['office', 'files', 'video', 'identity', 'device'],
  documentationUrl: 'https://developers.google.com/identity/protocols/oauth2/limited-input-device',
  guide:
    'In the Google Cloud console, open APIs & Services, Credentials, and create an OAuth client ID of the type "TVs and Limited Input devices". Copy client ID and client secret here. Google allows this kind of client a few scopes only. Users type a code at google.com/device; nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    openid: 'Know who the user is',
    email: 'Read the e-mail address',
    profile: 'Read name and picture',
    'https://www.googleapis.com/auth/drive.appdata': 'Files that only this app sees',
    'https://www.googleapis.com/auth/drive.file': 'Files that the app made or was given',
    'https://www.googleapis.com/auth/youtube': 'Manage the YouTube account',
    'https://www.googleapis.com/auth/youtube.readonly': 'See the YouTube account',
  },
  grant: 'device_code',
  clientAuthentication: 'post',
  authorize: { scopes: ['openid', 'email'] },
  device: {
    url: 'https://oauth2.googleapis.com/device/code',
    authentication: 'none',
    verificationUri: '/verification_url',
  },
  token: { url: 'https://oauth2.googleapis.com/token' },
  answer: {
    captures: { account: '/id_token/sub' },
    scopeNames: google.answer!.scopeNames!,
    // 428 while the user hasn't decided, 403 for slow_down and for a refusal.
    errorStatuses: [400, 401, 403, 428],
  },
  subject: 'account',
  lifetimes: google.lifetimes!,
  revoke: google.revoke!,
  use: google.use!,
  test: google.test!,
};
