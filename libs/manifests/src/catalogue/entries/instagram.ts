import type { ManifestInput } from '../../manifest.schema.js';

export const instagram: ManifestInput = {
  manifest: 1,
  name: 'Instagram (Instagram login)',
  tags: ['social'],
  documentationUrl:
    'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login',
  guide:
    'At developers.facebook.com, create an app and add the Instagram API. Enter {{ redirect_uri }} as its redirect URI, then copy app ID and app secret of that product here.',
  knownScopes: {
    instagram_business_basic: 'Read profile and media',
    instagram_business_content_publish: 'Publish posts',
    instagram_business_manage_messages: 'Read and send messages',
    instagram_business_manage_comments: 'Manage comments',
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
  authorize: {
    url: 'https://www.instagram.com/oauth/authorize',
    scopes: ['instagram_business_basic'],
    scopeSeparator: ',',
  },
  token: { url: 'https://api.instagram.com/oauth/access_token' },
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
        url: 'https://graph.instagram.com/access_token',
        authentication: 'none',
        query: {
          grant_type: 'ig_exchange_token',
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
      url: 'https://graph.instagram.com/refresh_access_token',
      authentication: 'none',
      body: { parameters: { grant_type: 'ig_refresh_token', access_token: '{{ access_token }}' } },
    },
  },
  revoke: { byUserAt: 'https://www.instagram.com/accounts/manage_access/' },
  use: { baseUrls: ['https://graph.instagram.com'] },
  test: { request: { url: 'https://graph.instagram.com/me?fields=id' }, shows: [{ at: '/id', present: true }] },
};
