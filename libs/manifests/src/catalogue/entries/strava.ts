import type { ManifestInput } from '../../manifest.schema.js';

export const strava: ManifestInput = {
  manifest: 1,
  name: 'Strava',
  tags: ['sports', 'health'],
  documentationUrl: 'https://developers.strava.com/docs/authentication/',
  guide:
    'At strava.com/settings/api, create an application. Enter {{ redirect_uri }} as its authorization callback domain (Strava compares the domain only), then copy client ID and client secret here.',
  knownScopes: {
    read: 'Read the public profile',
    'activity:read': 'Read activities',
    'activity:read_all': 'Read private activities too',
    'activity:write': 'Create activities',
    'profile:read_all': 'Read the whole profile',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://www.strava.com/oauth/authorize',
    parameters: { approval_prompt: 'auto' },
    scopes: ['read'],
    scopeSeparator: ',',
  },
  token: { url: 'https://www.strava.com/oauth/token' },
  answer: { expires: { at: '/expires_at', as: 'epoch_seconds' }, captures: { athlete: '/athlete/id' } },
  subject: 'athlete',
  revoke: {
    request: {
      url: 'https://www.strava.com/oauth/deauthorize',
      authentication: 'none',
      body: { encoding: 'form', parameters: { access_token: '{{ token }}' } },
    },
    tokens: ['access_token'],
    effect: 'install',
  },
  use: { baseUrls: ['https://www.strava.com/api'] },
  test: { request: { url: 'https://www.strava.com/api/v3/athlete' }, shows: [{ at: '/id', present: true }] },
};
