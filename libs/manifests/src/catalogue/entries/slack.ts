import type { ManifestInput } from '../../manifest.schema.js';

export const slack: ManifestInput = {
  manifest: 1,
  name: 'Slack',
  tags: ['chat'],
  documentationUrl: 'https://docs.slack.dev/authentication/installing-with-oauth',
  guide:
    'At api.slack.com/apps, create an app and open OAuth & Permissions. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. For tokens that expire and are renewed, switch token rotation on.',
  knownScopes: {
    'chat:write': 'Post messages as the app',
    'channels:read': 'List public channels',
    'channels:history': 'Read messages in public channels',
    'users:read': 'See who is in the workspace',
    'files:write': 'Upload files',
    'user_scope=search:read': 'Search as the user',
    'user_scope=chat:write': 'Post messages as the user',
  },
  unsure: [
    'Whether an app for which PKCE is not switched on passes over code_challenge; switching it on makes it a public client, whose refresh tokens end after 30 days.',
    'With user scopes alone Slack answers without a token at the root; ask for one bot scope at least.',
    'Whether revoking one of the tokens leaves the others of the same installation alive.',
  ],
  clientAuthentication: 'post',
  authorize: { url: 'https://slack.com/oauth/v2/authorize', scopeParameters: ['user_scope'], scopeSeparator: ',' },
  token: { url: 'https://slack.com/api/oauth.v2.access' },
  answer: {
    acceptedTokenTypes: ['Bearer', 'bot', 'user'],
    tokenTypeWhenAbsent: 'Bearer',
    shows: [{ at: '/ok', equals: true }],
    namedTokens: {
      user: {
        accessToken: '/authed_user/access_token',
        refreshToken: '/authed_user/refresh_token',
        expires: { at: '/authed_user/expires_in' },
        scope: '/authed_user/scope',
      },
    },
    captures: { team: '/team/id' },
    errors: {
      invalid_code: 'invalid_grant',
      code_already_used: 'invalid_grant',
      invalid_refresh_token: 'invalid_grant',
      token_revoked: 'invalid_grant',
      invalid_client_id: 'invalid_client',
      bad_client_secret: 'invalid_client',
      bad_redirect_uri: 'invalid_request',
    },
  },
  subject: 'team',
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: { url: 'https://slack.com/api/auth.revoke', authentication: 'access_token' },
    shows: [{ at: '/ok', equals: true }],
    tokens: ['access_token'],
  },
  use: { refusedAnswers: [{ at: '/error', equals: 'token_expired' }], baseUrls: ['https://slack.com/api'] },
  test: { request: { url: 'https://slack.com/api/auth.test', method: 'POST' }, shows: [{ at: '/ok', equals: true }] },
};
