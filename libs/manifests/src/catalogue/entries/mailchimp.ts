import type { ManifestInput } from '../../manifest.schema.js';

export const mailchimp: ManifestInput = {
  manifest: 1,
  name: 'Mailchimp',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/',
  guide:
    'In Mailchimp, open Account, Extras, Registered apps, and register an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens never expire, and only the user can end them, in their Mailchimp account.',
  hosts: ['*.api.mailchimp.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://login.mailchimp.com/oauth2/authorize' },
  token: { url: 'https://login.mailchimp.com/oauth2/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  followUps: [
    {
      request: {
        url: 'https://login.mailchimp.com/oauth2/metadata',
        authentication: 'none',
        headers: { authorization: 'OAuth {{ access_token }}' },
      },
      captures: { dc: '/dc', user_id: '/user_id' },
    },
  ],
  refresh: null,
  use: { baseUrls: ['https://{{ captured.dc }}.api.mailchimp.com'] },
  test: {
    request: { url: 'https://{{ captured.dc }}.api.mailchimp.com/3.0/ping' },
    shows: [{ at: '/health_status', present: true }],
  },
};
