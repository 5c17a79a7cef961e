import type { ManifestInput } from '../../manifest.schema.js';

export const kakao: ManifestInput = {
  manifest: 1,
  name: 'Kakao',
  tags: ['chat', 'social', 'identity'],
  documentationUrl: 'https://developers.kakao.com/docs/latest/en/kakaologin/rest-api',
  guide:
    'At developers.kakao.com, add an app and switch on Kakao Login. Enter {{ redirect_uri }} as its redirect URI, then copy REST API key and client secret here.',
  knownScopes: {
    profile_nickname: 'Read the nickname',
    profile_image: 'Read the picture',
    account_email: 'Read the e-mail address',
    talk_message: 'Send messages to oneself',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://kauth.kakao.com/oauth/authorize', scopeSeparator: ',' },
  token: { url: 'https://kauth.kakao.com/oauth/token' },
  answer: { scopeSeparator: ' ' },
  // Takes the app's link to the account away, with all of its tokens.
  revoke: {
    request: { url: 'https://kapi.kakao.com/v1/user/unlink', authentication: 'access_token' },
    tokens: ['access_token'],
    effect: 'install',
  },
  use: { baseUrls: ['https://kapi.kakao.com'] },
  test: { request: { url: 'https://kapi.kakao.com/v2/user/me' }, shows: [{ at: '/id', present: true }] },
};
