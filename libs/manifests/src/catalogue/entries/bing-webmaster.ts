import type { ManifestInput } from '../../manifest.schema.js';

export const bingWebmaster: ManifestInput = {
  manifest: 1,
  name: 'Bing Webmaster',
  tags: ['search', 'marketing'],
  documentationUrl: 'https://learn.microsoft.com/en-us/bingwebmaster/oauth2',
  guide:
    'In Bing Webmaster Tools, open Settings, API access, OAuth client. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { 'webmaster.read': 'Read site data', 'webmaster.manage': 'Read and change site data' },
  clientAuthentication: 'post',
  authorize: { url: 'https://www.bing.com/webmasters/OAuth/authorize', scopes: ['webmaster.read'] },
  token: { url: 'https://www.bing.com/webmasters/oauth/token' },
  use: { baseUrls: ['https://ssl.bing.com/webmaster/api.svc'] },
};
