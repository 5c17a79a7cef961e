import type { ManifestInput } from '../../manifest.schema.js';

export const printful: ManifestInput = {
  manifest: 1,
  name: 'Printful',
  tags: ['commerce'],
  documentationUrl: 'https://developers.printful.com/docs/#section/Authentication',
  guide:
    'At developers.printful.com, create a public app. Enter {{ redirect_uri }} as its redirect URL, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: {
    url: 'https://www.printful.com/oauth/authorize',
    parameters: { response_type: null, redirect_uri: null, redirect_url: '{{ redirect_uri }}' },
  },
  token: { url: 'https://www.printful.com/oauth/token', body: { parameters: { redirect_uri: null } } },
  answer: { tokenTypeWhenAbsent: 'Bearer', expires: { at: '/expires_at', as: 'epoch_seconds' } },
  use: { baseUrls: ['https://api.printful.com'] },
  test: { request: { url: 'https://api.printful.com/stores' }, shows: [{ at: '/result', present: true }] },
};
