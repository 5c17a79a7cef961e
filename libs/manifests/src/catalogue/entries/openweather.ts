import type { ManifestInput } from '../../manifest.schema.js';

export const openweather: ManifestInput = {
  manifest: 1,
  kind: 'generic',
  name: 'OpenWeather',
  tags: ['weather', 'api-key'],
  documentationUrl: 'https://openweathermap.org/appid',
  guide:
    'Each user copies a key from My API keys of OpenWeather, and fills it in behind the link. A new key works after some minutes.',
  fields: { api_key: { label: 'API key', help: 'From My API keys.', pattern: '[0-9a-f]{32}', sensitive: true } },
  use: { query: 'appid', credential: '{{ field.api_key }}', baseUrls: ['https://api.openweathermap.org'] },
  test: {
    request: { url: 'https://api.openweathermap.org/data/2.5/weather', query: { q: 'London' } },
    shows: [{ at: '/id', present: true }],
  },
};
