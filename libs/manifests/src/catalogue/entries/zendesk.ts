import type { ManifestInput } from '../../manifest.schema.js';

export const zendesk: ManifestInput = {
  manifest: 1,
  name: 'Zendesk Support',
  tags: ['support'],
  documentationUrl: 'https://developer.zendesk.com/documentation/ticketing/working-with-oauth/',
  guide:
    'In the Zendesk Admin Center, open Apps and integrations, APIs, OAuth clients, and add a client. Enter {{ redirect_uri }} as its redirect URL, then copy identifier and secret here.',
  knownScopes: {
    read: 'Read everything',
    write: 'Create and change everything',
    'tickets:read': 'Read tickets',
    'users:read': 'Read users',
  },
  unsure: [
    'Clients from before 30 April 2026 get tokens that don’t end, and no refresh token; newer ones get both with an end.',
  ],
  fields: {
    subdomain: {
      label: 'Subdomain',
      help: 'The part before .zendesk.com.',
      example: 'acme',
      pattern: '[A-Za-z0-9][A-Za-z0-9-]*',
    },
  },
  hosts: ['*.zendesk.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://{{ field.subdomain }}.zendesk.com/oauth/authorizations/new', scopes: ['read'] },
  token: { url: 'https://{{ field.subdomain }}.zendesk.com/oauth/tokens', body: { encoding: 'json' } },
  revoke: {
    request: {
      url: 'https://{{ field.subdomain }}.zendesk.com/api/v2/oauth/tokens/current.json',
      method: 'DELETE',
      authentication: 'access_token',
    },
    statuses: [204],
    tokens: ['access_token'],
  },
  use: { baseUrls: ['https://{{ field.subdomain }}.zendesk.com'] },
  test: {
    request: { url: 'https://{{ field.subdomain }}.zendesk.com/api/v2/users/me.json' },
    shows: [{ at: '/user/id', present: true }],
  },
};
