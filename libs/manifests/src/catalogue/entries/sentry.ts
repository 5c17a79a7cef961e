import type { ManifestInput } from '../../manifest.schema.js';

export const sentry: ManifestInput = {
  manifest: 1,
  name: 'Sentry',
  tags: ['developer', 'monitoring'],
  documentationUrl: 'https://docs.sentry.io/api/auth/',
  guide:
    'In Sentry, open User settings, API, Applications, and create one. Enter {{ redirect_uri }} as its authorized redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'org:read': 'Read organisations',
    'project:read': 'Read projects',
    'event:read': 'Read issues and events',
    'event:write': 'Change issues',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://sentry.io/oauth/authorize/', scopes: ['org:read'] },
  token: { url: 'https://sentry.io/oauth/token/' },
  use: { baseUrls: ['https://sentry.io/api'] },
  test: { request: { url: 'https://sentry.io/api/0/organizations/' } },
};
