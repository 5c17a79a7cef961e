import type { ManifestInput } from '../../manifest.schema.js';

export const gitlab: ManifestInput = {
  manifest: 1,
  name: 'GitLab.com',
  tags: ['developer', 'code'],
  documentationUrl: 'https://docs.gitlab.com/api/oauth2/',
  guide:
    'On GitLab, open Preferences, Applications, and add a confidential application. Enter {{ redirect_uri }} as its redirect URI, then copy application ID and secret here.',
  knownScopes: {
    read_user: 'Read the profile',
    read_api: 'Read everything',
    api: 'Read and change everything',
    read_repository: 'Read repositories',
    write_repository: 'Write to repositories',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://gitlab.com/oauth/authorize', scopes: ['read_user'] },
  token: { url: 'https://gitlab.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://gitlab.com/oauth/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://gitlab.com/api'] },
  test: { request: { url: 'https://gitlab.com/api/v4/user' }, shows: [{ at: '/id', present: true }] },
};
