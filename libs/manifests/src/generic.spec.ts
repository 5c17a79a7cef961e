import { describe, expect, it } from '@jest/globals';
import { valueFault } from './connection-fields.js';
import { credentialTemplate } from './generic.js';
import { isRefreshable } from './refresh-request.js';
import { manifestWarnings } from './manifest-warnings.js';
import { ManifestRefused } from './manifest.errors.js';
import { readManifest } from './manifest.js';

const apiKey = { label: 'API key', sensitive: true };
const smallest = { manifest: 1, kind: 'generic', fields: { api_key: apiKey } };

function faultsOf(input: object): string[] {
  try {
    readManifest(input);
    return [];
  } catch (error) {
    if (error instanceof ManifestRefused) return error.faults.map(({ pointer, problem }) => `${pointer} ${problem}`);
    throw error;
  }
}

describe('a generic manifest', () => {
  it('F1 needs fields only; one sensitive field travels as a bearer token would', () => {
    const { manifest } = readManifest(smallest);
    expect(credentialTemplate(manifest)).toBe('{{ field.api_key }}');
    expect(manifest.use).toMatchObject({ header: 'Authorization', scheme: 'Bearer' });
    expect(manifest.fields.api_key).toMatchObject({ sensitive: true, required: true });
    expect(isRefreshable(manifest, { accessToken: 'x', refreshToken: 'x' })).toBe(false);
    expect(readManifest(manifest).manifest).toEqual(manifest);
  });

  it('F1 understands <Param>, by a field’s key or label, in use and test', () => {
    const { manifest } = readManifest({
      ...smallest,
      use: {
        headers: { 'X-Key': 'k <API key>' },
        parameters: { id: '<api_key>' },
        body: { parameters: { a: '<API KEY>' } },
      },
      test: { request: { url: 'https://api.example.com/<api_key>' } },
    });
    expect(manifest.use.headers).toEqual({ 'X-Key': 'k {{ field.api_key }}' });
    expect(manifest.use.parameters).toEqual({ id: '{{ field.api_key }}' });
    expect(manifest.use.body?.parameters).toEqual({ a: '{{ field.api_key }}' });
    expect(manifest.test?.request.url).toBe('https://api.example.com/{{ field.api_key }}');
    expect(manifestWarnings(manifest)).toContainEqual({
      pointer: '/use/parameters/id',
      problem: expect.stringContaining('URLs'),
    });
  });

  it('gives consumers nothing to read where fields travel in several places', () => {
    const fields = { id: apiKey, secret: apiKey };
    const basic = { user: '<id>', password: '<secret>' };
    expect(credentialTemplate(readManifest({ ...smallest, fields, use: { basic } }).manifest)).toBeNull();
  });

  it.each<[string, object, string[]]>([
    [
      'that also has an authorization server',
      { token: { url: 'https://as.example/token' }, refresh: null },
      ['/token', '/refresh'],
    ],
    ['without fields', { fields: {} }, ['/fields']],
    ['whose secrets travel nowhere', { fields: { a: apiKey, b: apiKey } }, ['/use']],
    [
      'with two ways into one header',
      { use: { credential: '<api_key>', basic: { user: 'x', password: 'y' } } },
      ['/use/credential'],
    ],
    ['that names a field that isn’t there', { use: { credential: '{{ field.other }}' } }, ['/use/credential']],
    [
      'whose query carries nothing',
      { use: { query: 'key', basic: { user: '<api_key>', password: '' } } },
      ['/use/query'],
    ],
    ['with an unknown key', { fieldz: 1 }, ['/fieldz']],
    ['whose pattern could be matched for ever', { fields: { api_key: { ...apiKey, pattern: '(?=a)a' } } }, ['/fields/api_key/pattern']], // prettier-ignore
    ['whose only secret has lines that no header can have', { fields: { pem: { ...apiKey, multiline: true } } }, ['/use']], // prettier-ignore
    [
      'that puts lines into headers',
      {
        fields: { pem: { ...apiKey, multiline: true } },
        use: { credential: 'x <pem>', headers: { 'X-Key': '<pem>' } },
        test: { request: { url: 'https://api.example.com', headers: { 'X-Key': '<pem>' } } },
      },
      ['/use/credential', '/use/headers/X-Key', '/test/request/headers/X-Key'],
    ],
  ])('is refused %s', (_what, more, pointers) => {
    expect(faultsOf({ ...smallest, ...more }).map((fault) => fault.split(' ')[0])).toEqual(pointers);
  });

  it('F1 takes lines where they can travel, by default any', () => {
    const fields = { pem: { label: 'Key', sensitive: true, multiline: true } };
    const { manifest } = readManifest({ ...smallest, fields, use: { credential: '{{ base64(field.pem) }}' } });
    expect(valueFault(manifest.fields.pem!, '-----BEGIN X-----\nYWJj\n-----END X-----')).toBeNull();
    expect(faultsOf({ ...smallest, fields, use: { body: { parameters: { key: '<pem>' } } } })).toEqual([]);
  });

  it('keeps its own keys out of OAuth manifests', () => {
    const oauth = { manifest: 1, authorize: { url: 'https://as.example/a' }, token: { url: 'https://as.example/t' } };
    const faults = faultsOf({ ...oauth, fields: { key: apiKey }, use: { credential: 'x', parameters: { a: 'b' } } });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      '/fields/key/sensitive',
      '/use/credential',
      '/use/parameters',
    ]);
  });
});
