import type { ManifestInput } from '../../manifest.schema.js';
import { box } from './box.js';

export const boxApp: ManifestInput = {
  manifest: 1,
  name: 'Box (client credentials)',
  tags: ['storage', 'files'],
  documentationUrl: 'https://developer.box.com/guides/authentication/client-credentials/',
  guide:
    'In the Box developer console, create a custom app with server authentication (client credentials grant), and let an admin of the enterprise authorize it. Copy client ID and client secret here. Each connection says for whom it acts: the enterprise, or one user. Nobody is sent to {{ redirect_uri }}.',
  knownScopes: box.knownScopes!,
  fields: {
    subject_type: {
      label: 'Acts for',
      options: ['enterprise', 'user'],
      default: 'enterprise',
      help: 'enterprise is the app’s own service account.',
    },
    subject_id: { label: 'Enterprise ID or user ID', example: '123456', pattern: '[0-9]+' },
  },
  grant: 'client_credentials',
  clientAuthentication: 'post',
  token: {
    url: 'https://api.box.com/oauth2/token',
    body: {
      parameters: {
        box_subject_type: '{{ field.subject_type }}',
        box_subject_id: '{{ field.subject_id }}',
        scope: null,
      },
    },
  },
  revoke: {
    request: {
      url: 'https://api.box.com/oauth2/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}' } },
    },
    tokens: ['access_token'],
    effect: 'token',
  },
  use: box.use!,
  test: box.test!,
};
