import type { ManifestInput } from '../../manifest.schema.js';

export const sendgrid: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'SendGrid',
  tags: ['email', 'api-key'],
  documentationUrl: 'https://www.twilio.com/docs/sendgrid/for-developers/sending-email/authentication',
  guide:
    'Each user makes a key under Settings, API Keys of SendGrid, restricted to what is needed, and fills it in behind the link.',
  fields: {
    api_key: {
      label: 'API key',
      help: 'From Settings, API Keys. It begins with SG.',
      pattern: 'SG\\.\\S+',
      sensitive: true,
    },
  },
  use: { credential: '{{ field.api_key }}', baseUrls: ['https://api.sendgrid.com/v3'] },
  test: { request: { url: 'https://api.sendgrid.com/v3/scopes' }, shows: [{ at: '/scopes', present: true }] },
};
