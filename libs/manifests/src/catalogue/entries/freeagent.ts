import type { ManifestInput } from '../../manifest.schema.js';

export const freeagent: ManifestInput = {
  manifest: 1,
  name: 'FreeAgent',
  tags: ['accounting'],
  documentationUrl: 'https://dev.freeagent.com/docs/oauth',
  guide:
    'In the FreeAgent developer dashboard, create an app. Enter {{ redirect_uri }} as its OAuth redirect URI, then copy OAuth identifier and secret here.',
  authorize: { url: 'https://api.freeagent.com/v2/approve_app' },
  token: { url: 'https://api.freeagent.com/v2/token_endpoint' },
  use: { baseUrls: ['https://api.freeagent.com'] },
  test: { request: { url: 'https://api.freeagent.com/v2/users/me' }, shows: [{ at: '/user', present: true }] },
};
