import { describe, expect, it } from '@jest/globals';
import { ManifestRefused } from './manifest.errors.js';
import { manifestJsonSchema, readManifest } from './manifest.js';
import { serviceSecretFaults } from './service-secrets.js';

const SECRET = '{{ secret.developer_token }}';
const secrets = { developer_token: { label: 'Developer token', help: 'From the API centre' } };
const least = { manifest: 1, authorize: { url: 'https://as.example/authorize' } };
const url = 'https://as.example/token';

const written = (parts: object) => ({ ...least, secrets, token: { url, headers: { 'developer-token': SECRET } }, ...parts }); // prettier-ignore

function faultsOf(input: unknown) {
  try {
    readManifest(input);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestRefused);
    return (error as ManifestRefused).faults;
  }
  return [];
}

describe('Secrets of an API service besides its client’s', () => {
  it('may stand in body and headers of every request that credentials sends', () => {
    const body = { encoding: 'form', parameters: { key: SECRET } };
    const { manifest } = readManifest(
      written({
        token: { url, body: { parameters: { key: SECRET } } },
        refresh: { request: { headers: { 'developer-token': SECRET } } },
        followUps: [{ request: { url: 'https://api.example/me', headers: { 'developer-token': SECRET } } }],
        revoke: { request: { url: 'https://as.example/revoke', body } },
        introspect: { request: { url: 'https://as.example/introspect', body } },
        test: { request: { url: 'https://api.example/test', headers: { 'developer-token': SECRET } } },
      }),
    );
    expect(manifest.secrets).toEqual(secrets);
    expect(readManifest(manifest).manifest).toEqual(manifest);
    expect(Object.keys(manifestJsonSchema().properties ?? {})).toContain('secrets');
  });

  it.each([
    ['the token URL', { token: { url: `${url}?key=${SECRET}` } }, '/token/url'],
    ['the query', { token: { url, query: { key: `{{ base64(secret.developer_token) }}` } } }, '/token/query/key'],
    [
      'an introspection’s query',
      { introspect: { request: { url: 'https://as.example/i', query: { key: SECRET }, body: { parameters: {} } } } },
      '/introspect/request/query/key',
    ],
    [
      'an alias',
      { clientAuthentication: 'tls_client_auth', mtlsEndpointAliases: { token: `${url}/${SECRET}` } },
      '/mtlsEndpointAliases/token',
    ],
  ])('D002 stay out of URLs: %s', (_what, parts, pointer) => {
    expect(faultsOf(written(parts))).toContainEqual(
      expect.objectContaining({ pointer, problem: 'puts a secret into the URL', mend: expect.any(String) }),
    );
  });

  it('D002 stand in one where the quirk says why, which is warned of', () => {
    const quirks = [{ quirk: 'secretInUrl', reason: 'Its documentation has it nowhere else.' }];
    const { warnings } = readManifest(written({ token: { url, query: { key: SECRET } }, quirks }));
    expect(warnings).toMatchObject([{ pointer: '/quirks/0' }]);
    const sign = { url, query: { sign: '{{ hmac_sha256(secret.developer_token, now_seconds) }}' } };
    expect(faultsOf(written({ token: sign }))).toEqual([]);
  });

  it('never cross the lock, nor the browser: it says why, and what to do', () => {
    const [ofUse] = faultsOf(written({ use: { headers: { 'developer-token': SECRET } } }));
    expect(ofUse).toMatchObject({
      pointer: '/use/headers/developer-token',
      problem: expect.stringMatching(/never leaves credentials.*lock.*whoever calls the API sends it/),
    });
    const [ofBrowser] = faultsOf(written({ authorize: { ...least.authorize, parameters: { key: SECRET } } }));
    expect(ofBrowser).toMatchObject({
      pointer: '/authorize/parameters/key',
      problem: expect.stringMatching(/browser/),
    });
  });

  it.each([
    ['an unknown name', { token: { url, headers: { a: SECRET, b: '{{ secret.other }}' } } }, '/token/headers/b'],
    ['one that nothing sends', { token: { url } }, '/secrets/developer_token'],
    [
      'a name that is none',
      { secrets: { 'Developer-Token': { label: 'x' } }, token: { url } },
      '/secrets/Developer-Token',
    ],
    ['an unknown key', { secrets: { developer_token: { label: 'x', value: 'x' } } }, '/secrets/developer_token/value'],
  ])('are checked strictly: %s', (_what, parts, pointer) => {
    expect(faultsOf(written(parts))).toMatchObject([{ pointer, mend: expect.any(String) }]);
  });

  it('belong to no generic API service', () => {
    const generic = { manifest: 1, kind: 'generic', secrets, fields: { key: { label: 'Key', sensitive: true } } };
    expect(faultsOf(generic)).toMatchObject([{ pointer: '/secrets' }]);
  });

  it('are given by name: what is missing, unknown or no text is told', () => {
    expect(serviceSecretFaults({ secrets }, {}, [])).toEqual([
      { name: 'developer_token', problem: 'is needed: Developer token' },
    ]);
    expect(serviceSecretFaults({ secrets }, {}, ['developer_token'])).toEqual([]);
    expect(serviceSecretFaults({ secrets }, { developer_token: 'x', constructor: 'x' }, [])).toEqual([
      { name: 'constructor', problem: 'is no secret of its manifest; there are: developer_token' },
    ]);
    for (const wrong of ['', 1, null, { a: 1 }, 'x'.repeat(10_001)])
      expect(serviceSecretFaults({ secrets }, { developer_token: wrong }, [])).toMatchObject([
        { name: 'developer_token' },
      ]);
    expect(serviceSecretFaults({}, { developer_token: 'x' }, [])).toMatchObject([
      { problem: expect.stringContaining('it has none') },
    ]);
  });
});
