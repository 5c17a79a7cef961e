import type { ManifestInput } from '../../manifest.schema.js';

export const campaignMonitor: ManifestInput = {
  manifest: 1,
  name: 'Campaign Monitor',
  tags: ['marketing', 'email'],
  documentationUrl: 'https://www.campaignmonitor.com/api/getting-started/',
  guide:
    'In Campaign Monitor, open Integrations, OAuth registration, and register an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    ManageLists: 'Manage lists',
    ImportSubscribers: 'Add subscribers',
    ViewReports: 'Read reports',
    SendCampaigns: 'Send campaigns',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://api.createsend.com/oauth',
    parameters: { response_type: null, type: 'web_server' },
    scopeSeparator: ',',
  },
  token: { url: 'https://api.createsend.com/oauth/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  refresh: { request: { authentication: 'none' } },
  use: { baseUrls: ['https://api.createsend.com/api'] },
  test: { request: { url: 'https://api.createsend.com/api/v3.3/clients.json' } },
};
