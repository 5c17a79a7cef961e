import type { ManifestInput } from '../../manifest.schema.js';

export const auth0Machine: ManifestInput = {
  manifest: 1,
  name: 'Auth0 (machine to machine)',
  tags: ['identity'],
  documentationUrl: 'https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow',
  guide:
    'In the Auth0 dashboard, create a machine-to-machine application and authorize it for the API, with the permissions that it may ask for. Copy client ID and client secret here. Each connection names the API; nobody is sent to {{ redirect_uri }}.',
  knownScopes: {
    'read:users': 'Read users (Management API)',
    'update:users': 'Change users (Management API)',
    'read:clients': 'Read applications (Management API)',
    'read:logs': 'Read the log (Management API)',
  },
  fields: {
    domain: {
      label: 'Tenant domain',
      help: 'The part before .auth0.com, region included.',
      example: 'acme.eu',
      pattern: '[a-z0-9-]+(\\.[a-z]{2,3})?',
    },
    audience: {
      label: 'API',
      help: 'The identifier of the API in Auth0; that of the Management API ends in /api/v2/.',
      example: 'https://acme.eu.auth0.com/api/v2/',
    },
  },
  hosts: ['*.auth0.com'],
  grant: 'client_credentials',
  clientAuthentication: 'post',
  token: {
    url: 'https://{{ field.domain }}.auth0.com/oauth/token',
    body: { parameters: { audience: '{{ field.audience }}' } },
  },
  answer: { errorStatuses: [400, 401, 403], errors: { access_denied: 'unauthorized_client' } },
  use: { baseUrls: ['https://{{ field.domain }}.auth0.com/api'] },
};
