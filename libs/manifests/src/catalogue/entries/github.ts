import type { ManifestInput } from '../../manifest.schema.js';

export const github: ManifestInput = {
  manifest: 1,
  name: 'GitHub (OAuth app)',
  tags: ['developer', 'code'],
  documentationUrl: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
  guide:
    'On GitHub, open Settings, Developer settings, OAuth Apps, and register a new application. Enter {{ redirect_uri }} as its "Authorization callback URL", then copy client ID and client secret here. Tokens of an OAuth app don’t expire; for tokens that do, use a GitHub App instead.',
  knownScopes: {
    repo: 'Read and write repositories, private ones too',
    public_repo: 'Read and write public repositories',
    'read:org': 'See organisations and teams',
    'read:user': 'Read the profile',
    'user:email': 'Read e-mail addresses',
    gist: 'Write gists',
    workflow: 'Change workflow files',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://github.com/login/oauth/authorize' },
  token: { url: 'https://github.com/login/oauth/access_token' },
  answer: {
    scopeSeparator: ',',
    errors: {
      bad_verification_code: 'invalid_grant',
      bad_refresh_token: 'invalid_grant',
      incorrect_client_credentials: 'invalid_client',
      redirect_uri_mismatch: 'invalid_request',
    },
  },
  revoke: {
    request: {
      method: 'DELETE',
      url: 'https://api.github.com/applications/{{ client_id }}/token',
      headers: { accept: 'application/vnd.github+json' },
      authentication: 'basic',
      body: { encoding: 'json', parameters: { access_token: '{{ token }}' } },
    },
    statuses: [204],
    tokens: ['access_token'],
    effect: 'token',
  },
  use: { baseUrls: ['https://api.github.com'] },
  test: { request: { url: 'https://api.github.com/user' }, shows: [{ at: '/login', present: true }] },
};
