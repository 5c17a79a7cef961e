import type { ManifestInput } from '../../manifest.schema.js';

export const ebay: ManifestInput = {
  manifest: 1,
  name: 'eBay',
  tags: ['commerce'],
  documentationUrl: 'https://developer.ebay.com/api-docs/static/oauth-authorization-code-grant.html',
  guide:
    'At developer.ebay.com, create a keyset, and under User Tokens add a redirect URL. Enter {{ redirect_uri }} as its "auth accepted URL", then copy App ID and Cert ID here. eBay’s redirect_uri is the RuName that it shows there; each connection names it.',
  knownScopes: {
    'https://api.ebay.com/oauth/api_scope': 'Public data',
    'https://api.ebay.com/oauth/api_scope/sell.inventory': 'Manage listings',
    'https://api.ebay.com/oauth/api_scope/sell.fulfillment': 'Manage orders',
    'https://api.ebay.com/oauth/api_scope/commerce.identity.readonly': 'Read the user',
  },
  unsure: ['That eBay ignores the parameters of PKCE.'],
  fields: {
    ru_name: {
      label: 'RuName',
      help: 'eBay’s name for the redirect URL.',
      example: 'Acme-AcmeApp-PRD-abcde',
      pattern: '[\\w-]+',
    },
  },
  authorize: {
    url: 'https://auth.ebay.com/oauth2/authorize',
    parameters: { redirect_uri: '{{ field.ru_name }}' },
    scopes: ['https://api.ebay.com/oauth/api_scope'],
  },
  token: {
    url: 'https://api.ebay.com/identity/v1/oauth2/token',
    body: { parameters: { redirect_uri: '{{ field.ru_name }}' } },
  },
  answer: { acceptedTokenTypes: ['Bearer', 'User Access Token'] },
  refresh: { request: { body: {} } },
  revoke: { byUserAt: 'https://accounts.ebay.com/acctsec/security-center/third-party-app-access' },
  use: { baseUrls: ['https://api.ebay.com', 'https://apiz.ebay.com'] },
  test: {
    request: { url: 'https://apiz.ebay.com/commerce/identity/v1/user/' },
    shows: [{ at: '/userId', present: true }],
  },
};
