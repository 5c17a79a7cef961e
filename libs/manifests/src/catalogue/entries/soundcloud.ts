import type { ManifestInput } from '../../manifest.schema.js';

export const soundcloud: ManifestInput = {
  manifest: 1,
  name: 'SoundCloud',
  tags: ['music'],
  documentationUrl: 'https://developers.soundcloud.com/docs/api/guide#authentication',
  guide:
    'At soundcloud.com/you/apps, register an app. Enter {{ redirect_uri }} as its redirect URI, then copy client ID and client secret here.',
  clientAuthentication: 'post',
  authorize: { url: 'https://secure.soundcloud.com/authorize' },
  token: { url: 'https://secure.soundcloud.com/oauth/token' },
  refresh: { indeterminate: 'reauthorize' },
  use: { scheme: 'OAuth', baseUrls: ['https://api.soundcloud.com'] },
  test: { request: { url: 'https://api.soundcloud.com/me' }, shows: [{ at: '/username', present: true }] },
};
