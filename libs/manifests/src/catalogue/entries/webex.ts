import type { ManifestInput } from '../../manifest.schema.js';

export const webex: ManifestInput = {
  manifest: 1,
  name: 'Webex',
  tags: ['meetings', 'chat'],
  documentationUrl: 'https://developer.webex.com/docs/integrations',
  guide:
    'At developer.webex.com, create an integration. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    'spark:people_read': 'Read people',
    'spark:messages_read': 'Read messages',
    'spark:messages_write': 'Send messages',
    'spark:rooms_read': 'Read spaces',
    'meeting:schedules_write': 'Schedule meetings',
  },
  unsure: ['How a refused refresh token is told: its errors are not those of the standard.'],
  clientAuthentication: 'post',
  authorize: { url: 'https://webexapis.com/v1/authorize', scopes: ['spark:people_read'] },
  token: { url: 'https://webexapis.com/v1/access_token' },
  use: { baseUrls: ['https://webexapis.com'] },
  test: { request: { url: 'https://webexapis.com/v1/people/me' }, shows: [{ at: '/id', present: true }] },
};
