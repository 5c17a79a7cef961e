import type { ManifestInput } from '../../manifest.schema.js';

export const wechat: ManifestInput = {
  manifest: 1,
  name: 'WeChat (website login)',
  tags: ['social', 'chat'],
  documentationUrl: 'https://developers.weixin.qq.com/doc/oplatform/en/Website_App/WeChat_Login/Wechat_Login.html',
  guide:
    'At open.weixin.qq.com, register a website application and have it approved. Enter {{ redirect_uri }} as its authorization callback domain (WeChat compares the domain only), then copy AppID and AppSecret here.',
  knownScopes: { snsapi_login: 'Sign in and read the public profile' },
  unsure: ['That WeChat ignores the parameters of PKCE.'],
  clientAuthentication: 'custom',
  quirks: [
    { quirk: 'secretInUrl', reason: 'WeChat takes appid and secret in the query and nowhere else.' },
    { quirk: 'tokenRequestByGet', reason: 'WeChat documents its token and refresh requests as GET only.' },
  ],
  authorize: {
    url: 'https://open.weixin.qq.com/connect/qrconnect',
    parameters: { client_id: null, appid: '{{ client_id }}' },
    fragment: 'wechat_redirect',
    scopes: ['snsapi_login'],
    scopeSeparator: ',',
  },
  token: {
    url: 'https://api.weixin.qq.com/sns/oauth2/access_token',
    method: 'GET',
    query: { appid: '{{ client_id }}', secret: '{{ client_secret }}' },
    body: { parameters: { redirect_uri: null } },
  },
  answer: {
    shows: [{ at: '/errcode', absent: true }],
    tokenTypeWhenAbsent: 'Bearer',
    error: '/errcode',
    errorDescription: '/errmsg',
    captures: { openid: '/openid', unionid: '/unionid' },
    errors: {
      '40029': 'invalid_grant',
      '40163': 'invalid_grant',
      '40030': 'invalid_grant',
      '42002': 'invalid_grant',
      '40013': 'invalid_client',
      '40125': 'invalid_client',
    },
  },
  subject: 'openid',
  lifetimes: { refreshTokenSeconds: 2592000 },
  refresh: {
    request: { url: 'https://api.weixin.qq.com/sns/oauth2/refresh_token', query: { appid: '{{ client_id }}' } },
  },
  // Not valid, not this app’s, expired: all with 200.
  use: {
    query: 'access_token',
    refusedAnswers: [40001, 40014, 42001].map((equals) => ({ at: '/errcode', equals })),
    baseUrls: ['https://api.weixin.qq.com/sns'],
  },
  test: {
    request: { url: 'https://api.weixin.qq.com/sns/auth', query: { openid: '{{ captured.openid }}' } },
    shows: [{ at: '/errcode', equals: 0 }],
  },
};
