import type { ManifestInput } from '../../manifest.schema.js';

export const microsoft: ManifestInput = {
  manifest: 1,
  name: 'Microsoft (Graph, Microsoft 365)',
  tags: ['office', 'mail', 'calendar', 'files'],
  documentationUrl: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
  guide:
    'In the Microsoft Entra admin center, open App registrations and register an app of the platform "Web". Enter {{ redirect_uri }} as its redirect URI, then copy the application (client) ID and a client secret’s value here. A client secret ends on the day that was chosen for it.',
  knownScopes: {
    offline_access: 'Get a refresh token',
    openid: 'Know who the user is',
    'User.Read': 'Read the profile',
    'Mail.Read': 'Read mail',
    'Mail.Send': 'Send mail',
    'Calendars.ReadWrite': 'Read and change calendars',
    'Files.ReadWrite': 'Read and change files',
    'Sites.Read.All': 'Read SharePoint sites',
  },
  unsure: ['Ninety days of rest is the default of work and web apps; a tenant’s policies may end grants sooner.'],
  fields: {
    tenant: {
      label: 'Tenant',
      help: 'The directory’s id or domain; common, organizations or consumers for any.',
      example: 'contoso.onmicrosoft.com',
      pattern: '[A-Za-z0-9.-]+',
      default: 'common',
    },
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://login.microsoftonline.com/{{ field.tenant }}/oauth2/v2.0/authorize',
    parameters: { response_mode: 'query' },
    scopes: ['offline_access', 'openid', 'User.Read'],
  },
  refresh: { comesWith: { scopes: ['offline_access'] } },
  token: { url: 'https://login.microsoftonline.com/{{ field.tenant }}/oauth2/v2.0/token' },
  answer: {
    captures: { account: '/id_token/sub' },
    // Granted, and not among the scopes of the answer.
    unspokenScopes: ['offline_access'],
    errors: {
      interaction_required: 'invalid_grant',
      consent_required: 'invalid_grant',
      login_required: 'invalid_grant',
    },
  },
  subject: 'account',
  lifetimes: { idleSeconds: 7776000 },
  revoke: { byUserAt: 'https://myapps.microsoft.com/' },
  use: { baseUrls: ['https://graph.microsoft.com'] },
  test: { request: { url: 'https://graph.microsoft.com/v1.0/me' }, shows: [{ at: '/id', present: true }] },
};
