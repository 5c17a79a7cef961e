import type { ManifestInput } from '../../manifest.schema.js';
import { google } from './google.js';

export const googleServiceAccount: ManifestInput = {
  manifest: 1,
  name: 'Google (service account)',
  tags: ['office', 'mail', 'calendar', 'files'],
  documentationUrl: 'https://developers.google.com/identity/protocols/oauth2/service-account',
  guide:
    'In the Google Cloud console, open IAM & Admin, Service Accounts, create one, and add a key of the type JSON. The service account’s e-mail address is the client ID here, and the whole JSON file is the assertion key. To act for users of a Workspace domain, its admin allows the account’s client ID the scopes under "Domain-wide delegation", and each connection names its user. Nobody is sent to {{ redirect_uri }}.',
  knownScopes: google.knownScopes,
  unsure: ['Whether every API takes tokens of a service account that acts for nobody.'],
  fields: {
    subject: {
      label: 'User to act for',
      help: 'An e-mail address of the Workspace domain; empty where the service account acts for itself.',
      example: 'ada@example.com',
      pattern: '\\S*',
      default: '',
    },
  },
  grant: 'jwt_bearer',
  clientAuthentication: 'none',
  assertion: {
    claims: { sub: '{{ field.subject }}', scope: '{{ scope }}' },
    lifetimeSeconds: 3600,
    backdateSeconds: 30,
  },
  token: {
    url: 'https://oauth2.googleapis.com/token',
    authentication: 'none',
    body: { parameters: { scope: null } },
  },
  use: google.use,
};
