import type { ManifestInput } from '../../manifest.schema.js';

export const tiktokAds: ManifestInput = {
  manifest: 1,
  name: 'TikTok for Business (ads)',
  tags: ['ads', 'social', 'marketing'],
  documentationUrl: 'https://business-api.tiktok.com/portal/docs?id=1738373164380162',
  guide:
    'At business-api.tiktok.com, create a developer app. Enter {{ redirect_uri }} as its "Advertiser redirect URL", then copy app ID and secret here. Permissions belong to the app; there are no scopes to ask for, and tokens don’t expire.',
  unsure: [
    'How a token is revoked: the documentation was not at hand, so nothing is said here.',
    'PKCE is not part of TikTok’s flow; its parameters are sent to the consent page and taken to be ignored.',
  ],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://business-api.tiktok.com/portal/auth',
    parameters: { client_id: null, response_type: null, scope: null, app_id: '{{ client_id }}' },
    codeParameter: 'auth_code',
  },
  token: {
    url: 'https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/',
    body: {
      encoding: 'json',
      parameters: {
        client_id: null,
        client_secret: null,
        code: null,
        grant_type: null,
        redirect_uri: null,
        code_verifier: null,
        app_id: '{{ client_id }}',
        secret: '{{ client_secret }}',
        auth_code: '{{ code }}',
      },
    },
  },
  answer: {
    shows: [{ at: '/code', equals: 0 }],
    accessToken: '/data/access_token',
    tokenTypeWhenAbsent: 'Bearer',
    scope: '/data/scope',
    error: '/code',
    errorDescription: '/message',
    captures: { advertiser_id: '/data/advertiser_ids/0' },
  },
  refresh: null,
  use: { header: 'Access-Token', scheme: '', baseUrls: ['https://business-api.tiktok.com/open_api'] },
};
