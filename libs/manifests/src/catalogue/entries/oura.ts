import type { ManifestInput } from '../../manifest.schema.js';

export const oura: ManifestInput = {
  manifest: 1,
  name: 'Oura',
  tags: ['health'],
  documentationUrl: 'https://cloud.ouraring.com/docs/authentication',
  guide:
    'At cloud.ouraring.com, register an application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: {
    personal: 'Read age, height and weight',
    email: 'Read the e-mail address',
    daily: 'Read daily summaries',
    heartrate: 'Read heart rates',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://cloud.ouraring.com/oauth/authorize', scopes: ['personal'] },
  token: { url: 'https://api.ouraring.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://api.ouraring.com'] },
  test: {
    request: { url: 'https://api.ouraring.com/v2/usercollection/personal_info' },
    shows: [{ at: '/id', present: true }],
  },
};
