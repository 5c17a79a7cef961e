import type { ManifestInput } from '../../manifest.schema.js';

export const fitbit: ManifestInput = {
  manifest: 1,
  name: 'Fitbit',
  tags: ['health', 'sports'],
  documentationUrl: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/authorization/',
  guide:
    'At dev.fitbit.com, register a server app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  knownScopes: {
    profile: 'Read the profile',
    activity: 'Read steps and exercises',
    heartrate: 'Read heart rates',
    sleep: 'Read sleep',
    weight: 'Read weight',
  },
  authorize: { url: 'https://www.fitbit.com/oauth2/authorize', scopes: ['profile'] },
  token: { url: 'https://api.fitbit.com/oauth2/token' },
  answer: {
    error: '/errors/0/errorType',
    errorDescription: '/errors/0/message',
    shows: [{ at: '/errors', absent: true }],
    captures: { user_id: '/user_id' },
  },
  subject: 'user_id',
  revoke: {
    request: {
      url: 'https://api.fitbit.com/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    effect: 'family',
  },
  use: { baseUrls: ['https://api.fitbit.com'] },
  test: {
    request: { url: 'https://api.fitbit.com/1/user/-/profile.json' },
    shows: [{ at: '/user/encodedId', present: true }],
  },
};
