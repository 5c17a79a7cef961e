import type { ManifestInput } from '../../manifest.schema.js';

export const linkedin: ManifestInput = {
  manifest: 1,
  name: 'LinkedIn',
  tags: ['social'],
  documentationUrl: 'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow',
  guide:
    'At linkedin.com/developers, create an app and open its Auth tab. Enter {{ redirect_uri }} as its authorized redirect URL, then copy client ID and client secret here. Only approved apps get refresh tokens; without, a token ends after about two months.',
  knownScopes: {
    openid: 'Know who the user is',
    profile: 'Read name and picture',
    email: 'Read the e-mail address',
    w_member_social: 'Post for the member',
    r_organization_social: 'Read an organisation’s posts',
    w_organization_social: 'Post for an organisation',
  },
  unsure: ['The form of its revocation request, which therefore isn’t here.'],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://www.linkedin.com/oauth/v2/authorization',
    pkce: 'off',
    scopes: ['openid', 'profile'],
    errors: { user_cancelled_login: 'access_denied', user_cancelled_authorize: 'access_denied' },
  },
  token: { url: 'https://www.linkedin.com/oauth/v2/accessToken' },
  answer: {
    tokenTypeWhenAbsent: 'Bearer',
    captures: { account: '/id_token/sub' },
  },
  subject: 'account',
  revoke: { byUserAt: 'https://www.linkedin.com/psettings/permitted-services' },
  use: { baseUrls: ['https://api.linkedin.com'] },
  test: { request: { url: 'https://api.linkedin.com/v2/userinfo' }, shows: [{ at: '/sub', present: true }] },
};
