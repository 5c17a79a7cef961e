import type { ManifestInput } from '../../manifest.schema.js';

export const teamwork: ManifestInput = {
  manifest: 1,
  name: 'Teamwork',
  tags: ['projects'],
  documentationUrl: 'https://apidocs.teamwork.com/guides/teamwork/app-login-flow',
  guide:
    'In the Teamwork developer portal, create an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens don’t expire.',
  unsure: ['European sites have hosts below eu.teamwork.com, which hosts covers.'],
  hosts: ['*.teamwork.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://www.teamwork.com/launchpad/login' },
  token: { url: 'https://www.teamwork.com/launchpad/v1/token.json', body: { encoding: 'json' } },
  answer: { tokenTypeWhenAbsent: 'Bearer', captures: { api: '/installation/apiEndPoint' } },
  refresh: null,
  use: { baseUrls: ['{{ captured.api }}'] },
  test: { request: { url: '{{ captured.api }}/me.json' }, shows: [{ at: '/person', present: true }] },
};
