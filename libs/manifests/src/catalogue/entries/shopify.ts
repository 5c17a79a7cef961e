import type { ManifestInput } from '../../manifest.schema.js';

export const shopify: ManifestInput = {
  manifest: 1,
  name: 'Shopify',
  tags: ['commerce'],
  documentationUrl:
    'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant',
  guide:
    'In the Shopify Partner or Dev Dashboard, create an app and open its configuration. Enter {{ redirect_uri }} as its allowed redirection URL, then copy client ID and client secret here.',
  knownScopes: {
    read_products: 'Read products',
    write_products: 'Change products',
    read_orders: 'Read orders of the last 60 days',
    write_orders: 'Change orders',
    read_customers: 'Read customers',
    read_inventory: 'Read stock',
  },
  fields: {
    shop: {
      label: 'Shop',
      help: 'The part before .myshopify.com.',
      example: 'my-shop',
      pattern: '[A-Za-z0-9][A-Za-z0-9-]*',
    },
  },
  hosts: ['*.myshopify.com'],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://{{ field.shop }}.myshopify.com/admin/oauth/authorize',
    proof: { parameter: 'hmac', equals: '{{ hmac_sha256(client_secret, callback_query) }}' },
    captures: { shop: '/shop' },
    scopeSeparator: ',',
  },
  token: {
    url: 'https://{{ field.shop }}.myshopify.com/admin/oauth/access_token',
    body: { encoding: 'json', parameters: { expiring: 1 } },
  },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  subject: 'shop',
  revoke: {
    request: {
      url: 'https://{{ field.shop }}.myshopify.com/admin/api_permissions/current.json',
      method: 'DELETE',
      authentication: 'access_token',
    },
    tokens: ['access_token'],
    effect: 'install',
  },
  use: { header: 'X-Shopify-Access-Token', scheme: '', baseUrls: ['https://{{ field.shop }}.myshopify.com/admin'] },
  test: {
    request: { url: 'https://{{ field.shop }}.myshopify.com/admin/oauth/access_scopes.json' },
    shows: [{ at: '/access_scopes', present: true }],
  },
};
