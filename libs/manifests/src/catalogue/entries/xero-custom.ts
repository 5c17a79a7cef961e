import type { ManifestInput } from '../../manifest.schema.js';
import { xero } from './xero.js';

const { offline_access: _none, openid: _nobody, ...knownScopes } = xero.knownScopes!;

export const xeroCustom: ManifestInput = {
  manifest: 1,
  name: 'Xero (custom connection)',
  tags: ['accounting'],
  documentationUrl: 'https://developer.xero.com/documentation/guides/oauth2/custom-connections/',
  guide:
    'At developer.xero.com, create a custom connection, choose its scopes and name the user who authorizes it for one organisation. Once they did, copy client ID and client secret here. The token is for that organisation alone; nobody is sent to {{ redirect_uri }}.',
  knownScopes,
  grant: 'client_credentials',
  clientAuthentication: 'basic',
  authorize: { scopes: ['accounting.contacts'] },
  token: { url: 'https://identity.xero.com/connect/token' },
  lifetimes: { accessTokenSeconds: 1800 },
  use: { baseUrls: ['https://api.xero.com'] },
  test: {
    request: { url: 'https://api.xero.com/api.xro/2.0/Organisation', headers: { accept: 'application/json' } },
    shows: [{ at: '/Organisations/0', present: true }],
  },
};
