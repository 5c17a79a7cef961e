import type { ManifestInput } from '../../manifest.schema.js';

export const gumroad: ManifestInput = {
  manifest: 1,
  name: 'Gumroad',
  tags: ['commerce'],
  documentationUrl: 'https://gumroad.com/api',
  guide:
    'In Gumroad, open Settings, Advanced, and create an application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens don’t expire.',
  knownScopes: {
    view_profile: 'Read profile and products',
    edit_products: 'Change products',
    view_sales: 'Read sales',
  },
  clientAuthentication: 'post',
  authorize: { url: 'https://gumroad.com/oauth/authorize', scopes: ['view_profile'] },
  token: { url: 'https://api.gumroad.com/oauth/token' },
  refresh: null,
  revoke: { byUserAt: 'https://gumroad.com/settings/authorized_applications' },
  use: { baseUrls: ['https://api.gumroad.com'] },
  test: { request: { url: 'https://api.gumroad.com/v2/user' }, shows: [{ at: '/success', equals: true }] },
};
