import type { ManifestInput } from '../../manifest.schema.js';

export const front: ManifestInput = {
  manifest: 1,
  name: 'Front',
  tags: ['support', 'mail'],
  documentationUrl: 'https://dev.frontapp.com/docs/oauth',
  guide:
    'In Front, open Settings, Developers, and create an app with OAuth. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Scopes are set in the app.',
  authorize: { url: 'https://app.frontapp.com/oauth/authorize' },
  token: { url: 'https://app.frontapp.com/oauth/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer', expires: { at: '/expires_at', as: 'epoch_seconds' } },
  use: { baseUrls: ['https://api2.frontapp.com'] },
  test: { request: { url: 'https://api2.frontapp.com/me' }, shows: [{ at: '/id', present: true }] },
};
