import type { ManifestInput } from '../../manifest.schema.js';

export const githubApp: ManifestInput = {
  manifest: 1,
  name: 'GitHub (GitHub App, user tokens)',
  tags: ['developer', 'code'],
  documentationUrl:
    'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app',
  guide:
    'On GitHub, open Settings, Developer settings, GitHub Apps, and create an app with "Expire user authorization tokens" switched on. Enter {{ redirect_uri }} as its "Callback URL", then copy client ID and client secret here. What a token may do follows from the app’s permissions, not from scopes. Tokens live eight hours, refresh tokens six months.',
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
  lifetimes: { accessTokenSeconds: 28800 },
  refresh: { indeterminate: 'reauthorize' },
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
