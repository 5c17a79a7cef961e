import type { ManifestInput } from '../../manifest.schema.js';

export const calendly: ManifestInput = {
  manifest: 1,
  name: 'Calendly',
  tags: ['calendar'],
  documentationUrl: 'https://developer.calendly.com/how-to-access-calendly-data-on-behalf-of-authenticated-users',
  guide:
    'At developer.calendly.com, create an OAuth app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  authorize: { url: 'https://auth.calendly.com/oauth/authorize' },
  token: { url: 'https://auth.calendly.com/oauth/token' },
  answer: { captures: { owner: '/owner', organization: '/organization' } },
  subject: 'owner',
  refresh: { indeterminate: 'reauthorize' },
  revoke: {
    request: {
      url: 'https://auth.calendly.com/oauth/revoke',
      authentication: 'post',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
  },
  use: { baseUrls: ['https://api.calendly.com'] },
  test: { request: { url: 'https://api.calendly.com/users/me' }, shows: [{ at: '/resource/uri', present: true }] },
};
