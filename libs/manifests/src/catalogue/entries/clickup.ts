import type { ManifestInput } from '../../manifest.schema.js';

export const clickup: ManifestInput = {
  manifest: 1,
  name: 'ClickUp',
  tags: ['projects'],
  documentationUrl: 'https://developer.clickup.com/docs/authentication',
  guide:
    'In ClickUp, open Settings, Apps, and create an app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here. Tokens don’t expire.',
  clientAuthentication: 'post',
  authorize: { url: 'https://app.clickup.com/api' },
  token: { url: 'https://api.clickup.com/api/v2/oauth/token' },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  refresh: null,
  use: { baseUrls: ['https://api.clickup.com/api'] },
  test: { request: { url: 'https://api.clickup.com/api/v2/user' }, shows: [{ at: '/user/id', present: true }] },
};
