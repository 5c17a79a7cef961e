import type { ManifestInput } from '../../manifest.schema.js';

export const basecamp: ManifestInput = {
  manifest: 1,
  name: 'Basecamp',
  tags: ['projects'],
  documentationUrl: 'https://github.com/basecamp/api/blob/master/sections/authentication.md',
  guide:
    'At launchpad.37signals.com/integrations, register an application. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: {
    url: 'https://launchpad.37signals.com/authorization/new',
    parameters: { response_type: null, type: 'web_server' },
  },
  token: {
    url: 'https://launchpad.37signals.com/authorization/token',
    body: { parameters: { grant_type: null, type: 'web_server' } },
  },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  followUps: [
    {
      request: { url: 'https://launchpad.37signals.com/authorization.json' },
      captures: { account: '/accounts/0/id', identity: '/identity/id' },
    },
  ],
  subject: 'identity',
  refresh: {
    request: { body: { parameters: { grant_type: null, type: 'refresh', redirect_uri: '{{ redirect_uri }}' } } },
  },
  use: { baseUrls: ['https://3.basecampapi.com', 'https://launchpad.37signals.com/authorization.json'] },
  test: {
    request: { url: 'https://launchpad.37signals.com/authorization.json' },
    shows: [{ at: '/identity/id', present: true }],
  },
};
