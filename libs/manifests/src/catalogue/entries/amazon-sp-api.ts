import type { ManifestInput } from '../../manifest.schema.js';

export const amazonSpApi: ManifestInput = {
  manifest: 1,
  name: 'Amazon Selling Partner',
  tags: ['commerce'],
  documentationUrl: 'https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow',
  guide:
    'In Seller Central, register as a developer and add an app client under Develop Apps. Enter {{ redirect_uri }} as its OAuth redirect URI, then copy LWA client ID and secret here. Connections name the app by its application ID. Only the seller can end a grant, under Manage Your Apps.',
  fields: {
    seller_central: {
      label: 'Seller Central',
      options: [
        'sellercentral.amazon.com',
        'sellercentral.amazon.ca',
        'sellercentral.amazon.com.mx',
        'sellercentral.amazon.com.br',
        'sellercentral-europe.amazon.com',
        'sellercentral.amazon.co.uk',
        'sellercentral.amazon.in',
        'sellercentral.amazon.co.jp',
        'sellercentral.amazon.com.au',
        'sellercentral.amazon.sg',
      ],
      default: 'sellercentral.amazon.com',
    },
    application_id: {
      label: 'Application ID',
      help: 'Of the app in Seller Central; not the client ID.',
      example: 'amzn1.sp.solution.0000',
      pattern: 'amzn1\\.[\\w.-]+',
    },
  },
  hosts: [
    'sellercentral.amazon.com',
    'sellercentral.amazon.ca',
    'sellercentral.amazon.com.mx',
    'sellercentral.amazon.com.br',
    'sellercentral-europe.amazon.com',
    'sellercentral.amazon.co.uk',
    'sellercentral.amazon.in',
    'sellercentral.amazon.co.jp',
    'sellercentral.amazon.com.au',
    'sellercentral.amazon.sg',
  ],
  clientAuthentication: 'post',
  authorize: {
    url: 'https://{{ field.seller_central }}/apps/authorize/consent',
    parameters: { client_id: null, response_type: null, scope: null, application_id: '{{ field.application_id }}' },
    codeParameter: 'spapi_oauth_code',
    pkce: 'off',
    captures: { selling_partner_id: '/selling_partner_id' },
  },
  token: { url: 'https://api.amazon.com/auth/o2/token' },
  subject: 'selling_partner_id',
  revoke: { byUserAt: 'https://sellercentral.amazon.com/apps/manage' },
  use: {
    header: 'x-amz-access-token',
    scheme: '',
    baseUrls: [
      'https://sellingpartnerapi-na.amazon.com',
      'https://sellingpartnerapi-eu.amazon.com',
      'https://sellingpartnerapi-fe.amazon.com',
    ],
  },
};
