import type { ManifestInput } from '../../manifest.schema.js';

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

export const githubAppInstallation: ManifestInput = {
  manifest: 1,
  name: 'GitHub (GitHub App, installation tokens)',
  tags: ['developer', 'code'],
  documentationUrl:
    'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app',
  guide:
    'On GitHub, open Settings, Developer settings, GitHub Apps, and create an app; generate a private key on its page. The app’s client ID is the client ID here, and the downloaded PEM file the assertion key. Install the app, and give each connection the number at the end of the installation’s address. What a token may do follows from the app’s permissions, not from scopes. Nobody is sent to {{ redirect_uri }}.',
  unsure: ['Whether older installations take the client ID as issuer; the numeric app ID does everywhere.'],
  fields: {
    installation: { label: 'Installation ID', example: '12345678', pattern: '[0-9]+' },
  },
  grant: 'jwt_bearer',
  clientAuthentication: 'none',
  // At most ten minutes, and GitHub advises to begin a minute in the past.
  assertion: { claims: { aud: null, jti: null }, lifetimeSeconds: 540, backdateSeconds: 60 },
  token: {
    url: 'https://api.github.com/app/installations/{{ field.installation }}/access_tokens',
    authentication: 'none',
    headers: { ...headers, authorization: 'Bearer {{ assertion }}' },
    body: { encoding: 'json', parameters: { grant_type: null, assertion: null, scope: null } },
  },
  answer: {
    statuses: [201],
    accessToken: '/token',
    tokenTypeWhenAbsent: 'Bearer',
    expires: { at: '/expires_at', as: 'iso8601' },
    errorsByStatus: { '401': 'invalid_client', '404': 'invalid_grant' },
  },
  revoke: {
    request: {
      method: 'DELETE',
      url: 'https://api.github.com/installation/token',
      authentication: 'access_token',
      headers,
    },
    statuses: [204],
    tokens: ['access_token'],
    effect: 'token',
  },
  use: { headers, baseUrls: ['https://api.github.com'] },
  test: { request: { url: 'https://api.github.com/installation/repositories?per_page=1' } },
};
