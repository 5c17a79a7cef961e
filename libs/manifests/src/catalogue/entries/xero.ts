import type { ManifestInput } from '../../manifest.schema.js';

export const xero: ManifestInput = {
  manifest: 1,
  name: 'Xero',
  tags: ['accounting'],
  documentationUrl: 'https://developer.xero.com/documentation/guides/oauth2/auth-flow/',
  guide:
    'At developer.xero.com, create a web app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. The first organisation that the user chose is the one that calls go to.',
  knownScopes: {
    offline_access: 'Get a refresh token',
    openid: 'Know who the user is',
    'accounting.invoices': 'Read and write invoices',
    'accounting.payments': 'Read and write payments',
    'accounting.banktransactions': 'Read and write bank transactions',
    'accounting.contacts': 'Read and write contacts',
    'accounting.settings.read': 'Read settings',
    'accounting.reports.profitandloss.read': 'Read profit and loss',
    'accounting.reports.balancesheet.read': 'Read the balance sheet',
  },
  unsure: [
    'Apps from before 2 March 2026 may still ask for accounting.transactions and accounting.reports.read, until September 2027.',
  ],
  authorize: {
    url: 'https://login.xero.com/identity/connect/authorize',
    scopes: ['offline_access', 'accounting.contacts'],
  },
  refresh: { comesWith: { scopes: ['offline_access'] } },
  token: { url: 'https://identity.xero.com/connect/token' },
  followUps: [{ request: { url: 'https://api.xero.com/connections' }, captures: { tenant_id: '/0/tenantId' } }],
  lifetimes: { accessTokenSeconds: 1800, refreshTokenSeconds: 5184000 },
  revoke: {
    request: {
      url: 'https://identity.xero.com/connect/revocation',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    tokens: ['refresh_token'],
    effect: 'family',
  },
  use: { headers: { 'Xero-Tenant-Id': '{{ captured.tenant_id }}' }, baseUrls: ['https://api.xero.com'] },
  test: { request: { url: 'https://api.xero.com/connections' }, shows: [{ at: '/0/tenantId', present: true }] },
};
