import type { ManifestInput } from '../../manifest.schema.js';
import { microsoft } from './microsoft.js';

export const microsoftDevice: ManifestInput = {
  manifest: 1,
  name: 'Microsoft (device code)',
  tags: ['office', 'mail', 'calendar', 'files', 'device'],
  documentationUrl: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code',
  guide:
    'In the Microsoft Entra admin center, open App registrations, register an app, and under Authentication switch on "Allow public client flows". Copy the application (client) ID here; there is no secret. Users type a code at microsoft.com/devicelogin; nobody is sent to {{ redirect_uri }}.',
  knownScopes: microsoft.knownScopes!,
  unsure: ['A tenant’s policies may refuse this grant to everybody.'],
  fields: {
    tenant: {
      label: 'Tenant',
      help: 'The directory’s id or domain; common, organizations or consumers for any.',
      example: 'contoso.onmicrosoft.com',
      pattern: '[A-Za-z0-9.-]+',
      default: 'organizations',
    },
  },
  grant: 'device_code',
  clientAuthentication: 'none',
  authorize: { scopes: ['offline_access', 'openid', 'User.Read'] },
  device: { url: 'https://login.microsoftonline.com/{{ field.tenant }}/oauth2/v2.0/devicecode' },
  token: { url: 'https://login.microsoftonline.com/{{ field.tenant }}/oauth2/v2.0/token' },
  answer: {
    captures: { account: '/id_token/sub' },
    unspokenScopes: ['offline_access'],
    errors: {
      ...microsoft.answer!.errors,
      authorization_declined: 'access_denied',
      bad_verification_code: 'invalid_request',
      code_expired: 'expired_token',
    },
  },
  subject: 'account',
  refresh: { comesWith: { scopes: ['offline_access'] } },
  lifetimes: microsoft.lifetimes!,
  revoke: { byUserAt: 'https://myapps.microsoft.com/' },
  use: microsoft.use!,
  test: microsoft.test!,
};
