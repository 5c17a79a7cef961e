import type { ManifestInput } from '../../manifest.schema.js';

export const exactOnline: ManifestInput = {
  manifest: 1,
  name: 'Exact Online',
  tags: ['accounting'],
  documentationUrl:
    'https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-oauth-eol-oauth-devstep1',
  guide:
    'At apps.exactonline.com of your country, register an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here. Tokens live ten minutes, and Exact refuses to renew them earlier than half a minute before their end.',
  fields: {
    host: {
      label: 'Country’s host',
      options: [
        'start.exactonline.nl',
        'start.exactonline.be',
        'start.exactonline.de',
        'start.exactonline.co.uk',
        'start.exactonline.fr',
        'start.exactonline.es',
        'start.exactonline.com',
      ],
      default: 'start.exactonline.nl',
    },
  },
  hosts: [
    'start.exactonline.nl',
    'start.exactonline.be',
    'start.exactonline.de',
    'start.exactonline.co.uk',
    'start.exactonline.fr',
    'start.exactonline.es',
    'start.exactonline.com',
  ],
  clientAuthentication: 'post',
  authorize: { url: 'https://{{ field.host }}/api/oauth2/auth' },
  token: { url: 'https://{{ field.host }}/api/oauth2/token' },
  lifetimes: { accessTokenSeconds: 600, refreshTokenSeconds: 2592000 },
  refresh: { earliestSecondsBeforeExpiry: 30, marginSeconds: 10, lifetimeShare: 0.96, indeterminate: 'reauthorize' },
  use: { baseUrls: ['https://{{ field.host }}/api'] },
  test: {
    request: { url: 'https://{{ field.host }}/api/v1/current/Me?$select=CurrentDivision' },
    shows: [{ at: '/d/results', present: true }],
  },
};
