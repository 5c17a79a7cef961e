import type { ManifestInput } from '../../manifest.schema.js';

export const twilio: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'Twilio',
  tags: ['sms', 'telephony', 'api-key'],
  documentationUrl: 'https://www.twilio.com/docs/usage/requests-to-twilio',
  guide:
    'Each user copies Account SID and Auth Token from the Account Info of the Twilio Console, and fills them in behind the link.',
  fields: {
    account_sid: {
      label: 'Account SID',
      help: 'From Account Info in the Twilio Console.',
      example: 'AC00000000000000000000000000000000',
      pattern: 'AC[0-9a-fA-F]{32}',
    },
    auth_token: { label: 'Auth Token', help: 'Below the Account SID.', sensitive: true },
  },
  use: {
    basic: { user: '{{ field.account_sid }}', password: '{{ field.auth_token }}' },
    baseUrls: ['https://api.twilio.com'],
  },
  test: {
    request: { url: 'https://api.twilio.com/2010-04-01/Accounts/{{ field.account_sid }}.json' },
    shows: [{ at: '/sid', present: true }],
  },
};
