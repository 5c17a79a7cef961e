import type { ManifestInput } from '../../manifest.schema.js';

export const withings: ManifestInput = {
  manifest: 1,
  name: 'Withings',
  tags: ['health'],
  documentationUrl:
    'https://developer.withings.com/developer-guide/v3/integration-guide/public-health-data-api/get-access/oauth-web-flow/',
  guide:
    'In the Withings partner hub, create an application. Enter {{ redirect_uri }} as its registered URL, then copy client ID and client secret here.',
  knownScopes: {
    'user.info': 'Read the user',
    'user.metrics': 'Read measurements',
    'user.activity': 'Read activities',
    'user.sleepevents': 'Read sleep events',
  },
  unsure: [
    'Status 503 inside of an answer stands for any wrong parameter, a spent token among them; no grant is given up for it, and such a refresh is tried again.',
  ],
  clientAuthentication: 'post',
  authorize: { url: 'https://account.withings.com/oauth2_user/authorize2', scopes: ['user.info'], scopeSeparator: ',' },
  token: { url: 'https://wbsapi.withings.net/v2/oauth2', body: { parameters: { action: 'requesttoken' } } },
  answer: {
    shows: [{ at: '/status', equals: 0 }],
    accessToken: '/body/access_token',
    refreshToken: '/body/refresh_token',
    tokenType: '/body/token_type',
    tokenTypeWhenAbsent: 'Bearer',
    expires: { at: '/body/expires_in' },
    scope: '/body/scope',
    error: '/status',
    errorDescription: '/error',
    captures: { userid: '/body/userid' },
    errors: { '601': 'temporarily_unavailable' },
  },
  subject: 'userid',
  lifetimes: { refreshTokenSeconds: 31536000 },
  // Every answer is a 200; how it went stands in its body.
  use: { refusedAnswers: [{ at: '/status', equals: 401 }], baseUrls: ['https://wbsapi.withings.net'] },
};
