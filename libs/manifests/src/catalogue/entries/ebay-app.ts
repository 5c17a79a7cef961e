import type { ManifestInput } from '../../manifest.schema.js';

export const ebayApp: ManifestInput = {
  manifest: 1,
  name: 'eBay (app only)',
  tags: ['commerce'],
  documentationUrl: 'https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html',
  guide:
    'At developer.ebay.com, create a production keyset, and copy App ID and Cert ID here. The token reads what is public: items and categories. Nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    'https://api.ebay.com/oauth/api_scope': 'Public data',
    'https://api.ebay.com/oauth/api_scope/buy.item.bulk': 'Item feeds',
  },
  grant: 'client_credentials',
  clientAuthentication: 'basic',
  authorize: { scopes: ['https://api.ebay.com/oauth/api_scope'] },
  token: { url: 'https://api.ebay.com/identity/v1/oauth2/token' },
  answer: { acceptedTokenTypes: ['Bearer', 'Application Access Token'] },
  use: { baseUrls: ['https://api.ebay.com'] },
  test: { request: { url: 'https://api.ebay.com/buy/browse/v1/item_summary/search?q=a&limit=1' } },
};
