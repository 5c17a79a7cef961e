import type { ManifestInput } from '../manifest.schema.js';

export const github: ManifestInput = {
  manifest: 1,
  name: 'GitHub (OAuth app)',
  documentationUrl: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
  guide:
    'On GitHub, open Settings, Developer settings, OAuth Apps, and register a new application with {{ redirect_uri }} as its ' +
    '"Authorization callback URL". Generate a client secret, and copy it here with the client ID. Tokens of an OAuth app don’t expire; ' +
    'for tokens that do, register a GitHub App instead.',
  clientAuthentication: 'post',
  authorize: { url: 'https://github.com/login/oauth/authorize' },
  token: { url: 'https://github.com/login/oauth/access_token' },
  answer: {
    // Asked for with spaces, granted with commas.
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
    tokens: ['access_token'],
    statuses: [204],
    effect: 'token',
  },
  use: { baseUrls: ['https://api.github.com'] },
  test: { request: { url: 'https://api.github.com/user' }, shows: [{ at: '/login', present: true }] },
};
