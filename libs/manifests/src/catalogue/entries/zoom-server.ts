import type { ManifestInput } from '../../manifest.schema.js';
import { zoom } from './zoom.js';

export const zoomServer: ManifestInput = {
  manifest: 1,
  name: 'Zoom (server to server)',
  tags: ['meetings', 'video'],
  documentationUrl: 'https://developers.zoom.us/docs/internal-apps/s2s-oauth/',
  guide:
    'At marketplace.zoom.us, build a server-to-server OAuth app for your own account, choose its scopes and activate it. Copy client ID and client secret here, and give each connection the account ID that stands beside them. Nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    'user:read:list_users:admin': 'List the account’s users',
    'meeting:read:list_meetings:admin': 'List everybody’s meetings',
    'meeting:write:meeting:admin': 'Create meetings for everybody',
    'report:read:list_meeting_participants:admin': 'Read who took part',
  },
  fields: { account: { label: 'Account ID', example: 'AbC123dEfGhIjKlMnOpQrS', pattern: '[\\w-]+' } },
  grant: 'client_credentials',
  clientAuthentication: 'basic',
  // A grant of Zoom’s own, and scopes that are set in the app: none is asked for.
  token: {
    url: 'https://zoom.us/oauth/token',
    body: {
      parameters: { grant_type: 'account_credentials', account_id: '{{ field.account }}', scope: null },
    },
  },
  answer: { captures: { api_url: '/api_url' } },
  lifetimes: { accessTokenSeconds: 3600 },
  use: zoom.use!,
  test: { request: { url: 'https://api.zoom.us/v2/users?page_size=1' } },
};
