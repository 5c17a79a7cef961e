import type { ManifestInput } from '../../manifest.schema.js';

export const threads: ManifestInput = {
  manifest: 1,
  name: 'Threads',
  tags: ['social'],
  documentationUrl: 'https://developers.facebook.com/docs/threads/get-started/get-access-tokens-and-permissions',
  guide:
    'At developers.facebook.com, create an app and add the Threads API. Enter {{ redirect_uri }} as its redirect URI, then copy app ID and app secret of that product here.',
  knownScopes: {
    threads_basic: 'Read profile and posts',
    threads_content_publish: 'Publish posts',
    threads_manage_replies: 'Manage replies',
  },
  unsure: ['That the PKCE parameters are ignored.'],
  clientAuthentication: 'post',
  quirks: [
    {
      quirk: 'secretInUrl',
      reason: 'The exchange for a long-lived token is documented as a GET with the secret in its query.',
    },
    { quirk: 'tokenRequestByGet', reason: 'The refresh of a long-lived token is documented as a GET only.' },
  ],
  authorize: { url: 'https://threads.net/oauth/authorize', scopes: ['threads_basic'], scopeSeparator: ',' },
  token: { url: 'https://graph.threads.net/oauth/access_token' },
  answer: {
    tokenTypeWhenAbsent: 'Bearer',
    error: '/error/code',
    errorDescription: '/error/message',
    errors: { '190': 'invalid_grant', '100': 'invalid_request' },
    captures: { account: '/user_id' },
  },
  followUps: [
    {
      request: {
        url: 'https://graph.threads.net/access_token',
        authentication: 'none',
        query: {
          grant_type: 'th_exchange_token',
          client_secret: '{{ client_secret }}',
          access_token: '{{ access_token }}',
        },
      },
      replacesTokens: true,
    },
  ],
  subject: 'account',
  refresh: {
    by: 'access_token',
    lifetimeShare: 0.5,
    request: {
      method: 'GET',
      url: 'https://graph.threads.net/refresh_access_token',
      authentication: 'none',
      body: { parameters: { grant_type: 'th_refresh_token', access_token: '{{ access_token }}' } },
    },
  },
  use: { baseUrls: ['https://graph.threads.net'] },
  test: { request: { url: 'https://graph.threads.net/me?fields=id' }, shows: [{ at: '/id', present: true }] },
};
