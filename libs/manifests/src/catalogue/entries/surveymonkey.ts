import type { ManifestInput } from '../../manifest.schema.js';

export const surveymonkey: ManifestInput = {
  manifest: 1,
  name: 'SurveyMonkey',
  tags: ['forms'],
  documentationUrl: 'https://api.surveymonkey.com/v3/docs#authentication',
  guide:
    'At developer.surveymonkey.com, create an app. Enter {{ redirect_uri }} as its OAuth redirect URL, then copy client ID and client secret here. Scopes are set in the app; tokens don’t expire.',
  hosts: ['api.surveymonkey.com', 'api.eu.surveymonkey.com', 'api.surveymonkey.ca'],
  clientAuthentication: 'post',
  authorize: { url: 'https://api.surveymonkey.com/oauth/authorize' },
  token: { url: 'https://api.surveymonkey.com/oauth/token' },
  answer: { captures: { access_url: '/access_url' } },
  refresh: null,
  use: { baseUrls: ['{{ captured.access_url }}'] },
  test: { request: { url: '{{ captured.access_url }}/v3/users/me' }, shows: [{ at: '/id', present: true }] },
};
