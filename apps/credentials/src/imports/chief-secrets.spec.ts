import { describe, expect, it } from '@jest/globals';
import { chiefManifest } from './chief-manifest.js';
import { translated } from './chief-translation.js';

const manifestOf = ({ token = {}, query = '', ...more }: { token?: object; query?: string; headers?: object }) =>
  chiefManifest.parse({
    initial_data_form: [
      { id: 'CLIENT_ID', name: 'Client id', secret: false },
      { id: 'CLIENT_SECRET', name: 'Client secret' },
      { id: 'DEV_TOKEN', name: 'Developer token', description: 'From the API centre' },
    ],
    oauth: {
      authenticate_url: `https://as.example/authorize?client_id={{CLIENT_ID}}${query}`,
      access_token: { url: 'https://as.example/token?client_secret={{CLIENT_SECRET}}', ...token },
    },
    ...more,
  });

describe('A further secret field of a ChiefOnboarding manifest', () => {
  it('becomes a secret of the API service where token requests send it, and each place is told', () => {
    const token = {
      url: 'https://as.example/token?key={{DEV_TOKEN}}',
      headers: { 'developer-token': '{{ DEV_TOKEN }}' },
    };
    const { manifest, secrets, notes, faults } = translated(manifestOf({ token }), {});
    expect({ secrets, faults }).toEqual({ secrets: ['DEV_TOKEN'], faults: [] });
    expect(manifest).toMatchObject({
      fields: {},
      secrets: { dev_token: { label: 'Developer token', help: 'From the API centre' } },
      token: {
        url: 'https://as.example/token',
        headers: { 'developer-token': '{{ secret.dev_token }}' },
        body: { parameters: { key: '{{ secret.dev_token }}' } },
      },
    });
    const told = notes.filter(({ note }) => /dev_token/.test(note)).map(({ pointer }) => pointer);
    expect(told).toEqual([
      '/manifest/initial_data_form/2',
      '/manifest/oauth/access_token/url',
      '/manifest/oauth/access_token/headers/developer-token',
    ]);
  });

  it.each<[string, Parameters<typeof manifestOf>[0], [string, RegExp]]>([
    [
      'calls to the API',
      { headers: { 'developer-token': '{{DEV_TOKEN}}' } },
      ['/headers/developer-token', /no secret of an API service leaves credentials.*whoever calls/],
    ],
    ['the browser', { query: '&key={{DEV_TOKEN}}' }, ['/oauth/authenticate_url', /browser/]],
    [
      'the path of an address',
      { token: { url: 'https://as.example/{{DEV_TOKEN}}/token' } },
      ['/oauth/access_token/url', /log it/],
    ],
  ])('is refused in %s, with the reason and what to do', (_what, parts, [place, message]) => {
    const { faults, secrets } = translated(manifestOf(parts), {});
    expect(faults).toEqual([{ pointer: `/manifest${place}`, message: expect.stringMatching(message) }]);
    expect(secrets).toEqual([]);
  });

  it('is left out where nothing of what is taken over names it', () => {
    const { manifest, secrets, faults } = translated(manifestOf({}), {});
    expect({ secrets, faults, declared: manifest.secrets }).toEqual({ secrets: [], faults: [], declared: undefined });
  });
});
