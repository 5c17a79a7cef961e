import type { ManifestInput } from '../../manifest.schema.js';

export const facebook: ManifestInput = {
  manifest: 1,
  name: 'Facebook',
  tags: ['social', 'marketing'],
  documentationUrl: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived',
  guide:
    'At developers.facebook.com, create an app, add Facebook Login, and open its settings. Enter {{ redirect_uri }} as its "Valid OAuth Redirect URI", then copy app ID and app secret here.',
  knownScopes: {
    public_profile: 'Read name and picture',
    email: 'Read the e-mail address',
    pages_show_list: 'List the user’s pages',
    pages_manage_posts: 'Post to pages',
    pages_read_engagement: 'Read posts and reactions of pages',
  },
  unsure: [
    'A version of the Graph API ends about two years after it came: v22.0 came in January 2025.',
    'Error 100 stands for a bad code and for a bad parameter alike; it is taken for the parameter, so that no grant is given up for it.',
  ],
  clientAuthentication: 'post',
  authorize: { url: 'https://www.facebook.com/v22.0/dialog/oauth', scopes: ['public_profile'], scopeSeparator: ',' },
  token: { url: 'https://graph.facebook.com/v22.0/oauth/access_token' },
  answer: {
    tokenTypeWhenAbsent: 'Bearer',
    error: '/error/code',
    errorDescription: '/error/message',
    errors: {
      '100': 'invalid_request',
      '190': 'invalid_grant',
      '101': 'invalid_client',
      '1': 'server_error',
      '2': 'temporarily_unavailable',
      '4': 'temporarily_unavailable',
    },
  },
  followUps: [
    {
      request: {
        method: 'POST',
        url: 'https://graph.facebook.com/v22.0/oauth/access_token',
        authentication: 'post',
        body: {
          encoding: 'form',
          parameters: { grant_type: 'fb_exchange_token', fb_exchange_token: '{{ access_token }}' },
        },
      },
      replacesTokens: true,
    },
    { request: { url: 'https://graph.facebook.com/v22.0/me?fields=id' }, captures: { account: '/id' } },
  ],
  subject: 'account',
  refresh: {
    by: 'access_token',
    lifetimeShare: 0.5,
    request: { body: { parameters: { grant_type: 'fb_exchange_token', fb_exchange_token: '{{ access_token }}' } } },
  },
  revoke: {
    request: {
      url: 'https://graph.facebook.com/v22.0/me/permissions',
      method: 'DELETE',
      authentication: 'access_token',
    },
    shows: [{ at: '/success', equals: true }],
    tokens: ['access_token'],
    effect: 'family',
  },
  use: { baseUrls: ['https://graph.facebook.com'] },
  test: { request: { url: 'https://graph.facebook.com/v22.0/me' }, shows: [{ at: '/id', present: true }] },
};
