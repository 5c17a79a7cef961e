import type { ManifestInput } from '../../manifest.schema.js';

export const pandadoc: ManifestInput = {
  manifest: 1,
  name: 'PandaDoc',
  tags: ['documents', 'signatures'],
  documentationUrl: 'https://developers.pandadoc.com/reference/authentication-process',
  guide:
    'In the PandaDoc developer dashboard, create an OAuth application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  knownScopes: { read: 'Read documents', write: 'Create and change documents' },
  clientAuthentication: 'post',
  authorize: { url: 'https://app.pandadoc.com/oauth2/authorize', scopes: ['read', 'write'] },
  token: { url: 'https://api.pandadoc.com/oauth2/access_token' },
  use: { baseUrls: ['https://api.pandadoc.com'] },
  test: { request: { url: 'https://api.pandadoc.com/public/v1/members/current' } },
};
