import type { ManifestInput } from '../../manifest.schema.js';

export const eventbrite: ManifestInput = {
  manifest: 1,
  name: 'Eventbrite',
  tags: ['events'],
  documentationUrl: 'https://www.eventbrite.com/platform/docs/authentication',
  guide:
    'In Eventbrite, open Account settings, Developer links, API keys. Enter {{ redirect_uri }} as its OAuth redirect URI, then copy client ID and client secret here. Tokens don’t expire.',
  clientAuthentication: 'post',
  authorize: { url: 'https://www.eventbrite.com/oauth/authorize' },
  token: { url: 'https://www.eventbrite.com/oauth/token' },
  refresh: null,
  use: { baseUrls: ['https://www.eventbriteapi.com'] },
  test: { request: { url: 'https://www.eventbriteapi.com/v3/users/me/' }, shows: [{ at: '/id', present: true }] },
};
