import type { ManifestInput } from '../../manifest.schema.js';

export const gocardless: ManifestInput = {
  manifest: 1,
  name: 'GoCardless',
  tags: ['payments'],
  documentationUrl: 'https://developer.gocardless.com/getting-started/partners/connecting-your-users-accounts/',
  guide:
    'In the GoCardless dashboard, open Developers, and create an app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: { read_write: 'Act for the merchant', read_only: 'Read the merchant’s data' },
  clientAuthentication: 'post',
  authorize: { url: 'https://connect.gocardless.com/oauth/authorize', scopes: ['read_only'] },
  token: { url: 'https://connect.gocardless.com/oauth/access_token' },
  answer: { captures: { organisation_id: '/organisation_id' } },
  subject: 'organisation_id',
  refresh: null,
  use: { headers: { 'GoCardless-Version': '2015-07-06' }, baseUrls: ['https://api.gocardless.com'] },
  test: { request: { url: 'https://api.gocardless.com/creditors' }, shows: [{ at: '/creditors', present: true }] },
};
