import type { ManifestInput } from '../../manifest.schema.js';

export const paycor: ManifestInput = {
  manifest: 1,
  name: 'Paycor',
  tags: ['hr', 'payroll'],
  documentationUrl: 'https://developers.paycor.com/guides',
  guide:
    'At developers.paycor.com, create an application and, under its sandbox or production environment, an OAuth client. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Each connection gives the application’s APIm subscription key, which Paycor wants with every call.',
  knownScopes: { offline_access: 'Get a refresh token' },
  unsure: [
    'Which names of parameters Paycor takes for PKCE beside the standard’s.',
    'That the subscription key may travel in the header at the token endpoint, too: the examples have it in the URL.',
  ],
  fields: {
    subscription_key: {
      label: 'APIm subscription key',
      help: 'It names your application to Paycor’s gateway; the client secret proves it.',
      example: '0123456789abcdef0123456789abcdef',
      pattern: '[0-9a-f]{32}',
    },
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://hcm.paycor.com/AppActivation/Authorize',
    scopes: ['offline_access'],
  },
  token: {
    url: 'https://apis.paycor.com/sts/v1/common/token',
    query: { 'subscription-key': '{{ field.subscription_key }}' },
  },
  refresh: { comesWith: { scopes: ['offline_access'] }, indeterminate: 'reauthorize' },
  use: {
    headers: { 'Ocp-Apim-Subscription-Key': '{{ field.subscription_key }}' },
    baseUrls: ['https://apis.paycor.com'],
  },
};
