import type { ManifestInput } from '../../manifest.schema.js';

export const webflow: ManifestInput = {
  manifest: 1,
  name: 'Webflow',
  tags: ['website'],
  documentationUrl: 'https://developers.webflow.com/data/reference/oauth-app',
  guide:
    'In Webflow, open Workspace settings, Apps and integrations, and create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: {
    'authorized_user:read': 'Read the user',
    'sites:read': 'Read sites',
    'cms:read': 'Read collections',
    'cms:write': 'Change collections',
    'forms:read': 'Read form submissions',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://webflow.com/oauth/authorize', scopes: ['authorized_user:read'] },
  token: { url: 'https://api.webflow.com/oauth/access_token' },
  refresh: null,
  use: { baseUrls: ['https://api.webflow.com'] },
  test: { request: { url: 'https://api.webflow.com/v2/token/authorized_by' }, shows: [{ at: '/id', present: true }] },
};
