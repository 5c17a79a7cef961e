import type { ManifestInput } from '../../manifest.schema.js';

export const nationbuilder: ManifestInput = {
  manifest: 1,
  name: 'NationBuilder',
  tags: ['crm', 'nonprofit'],
  documentationUrl: 'https://support.nationbuilder.com/en/articles/9180262-oauth-quickstart',
  guide:
    'In your nation, open Settings, Developer, and register an app. Enter {{ redirect_uri }} as its OAuth callback URL, then copy client ID and client secret here.',
  fields: {
    nation: { label: 'Nation', help: 'The part before .nationbuilder.com.', example: 'acme', pattern: '[a-z0-9-]+' },
  },
  hosts: ['*.nationbuilder.com'],
  clientAuthentication: 'post',
  authorize: { url: 'https://{{ field.nation }}.nationbuilder.com/oauth/authorize' },
  token: { url: 'https://{{ field.nation }}.nationbuilder.com/oauth/token' },
  use: { baseUrls: ['https://{{ field.nation }}.nationbuilder.com/api'] },
  test: {
    request: { url: 'https://{{ field.nation }}.nationbuilder.com/api/v1/people/me' },
    shows: [{ at: '/person/id', present: true }],
  },
};
