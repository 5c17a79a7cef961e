import { describe, expect, it } from '@jest/globals';
import { ManifestRefused } from './manifest.errors.js';
import type { ManifestFault } from './manifest.errors.js';
import { manifestJsonSchema, readManifest } from './manifest.js';
import type { ManifestInput } from './manifest.schema.js';
import { refreshRequestOf } from './refresh-request.js';

const least = {
  manifest: 1,
  authorize: { url: 'https://as.example/authorize' },
  token: { url: 'https://as.example/token' },
} satisfies ManifestInput;

/** The faults of a manifest that has to be refused, each as `pointer problem`. */
function faultsOf(input: unknown): ManifestFault[] {
  try {
    readManifest(input);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestRefused);
    return [...(error as ManifestRefused).faults];
  }
  throw new Error('the manifest was accepted');
}

const pointersOf = (input: unknown): string[] => faultsOf(input).map(({ pointer }) => pointer);

describe('A manifest', () => {
  it('needs two addresses and has the standard’s answer for everything else', () => {
    const { manifest, warnings } = readManifest(least);
    expect(warnings).toEqual([]);
    expect(manifest).toMatchObject({
      clientAuthentication: 'basic',
      authorize: { pkce: 'S256', scopes: [], scopeSeparator: ' ', codeParameter: 'code' },
      token: { method: 'POST', body: { encoding: 'form', parameters: {} } },
      answer: {
        encoding: 'json',
        accessToken: '/access_token',
        acceptedTokenTypes: ['Bearer'],
        errorStatuses: [400, 401],
      },
      refresh: { refreshTokenWhenAbsent: 'keep', indeterminate: 'retry' },
      revoke: null,
      superseded: { policy: 'keep' },
      use: { header: 'Authorization', scheme: 'Bearer', baseUrls: [], refusedStatuses: [401] },
      test: null,
    });
  });

  it('is accepted again, unchanged, after a journey through JSON', () => {
    const { manifest } = readManifest({
      ...least,
      revoke: { request: { url: 'https://as.example/revoke', body: { parameters: { token: '{{ token }}' } } } },
      test: { request: { url: 'https://api.example/me' } },
      refresh: { request: { body: { encoding: 'json' } } },
    });
    expect(readManifest(JSON.parse(JSON.stringify(manifest))).manifest).toEqual(manifest);
  });

  it('takes what its refresh doesn’t say from its token request, member by member', () => {
    const token = { url: 'https://as.example/token', headers: { 'x-v': '2' }, body: { encoding: 'json' as const } };
    const { manifest } = readManifest({ ...least, token, refresh: { request: { url: 'https://as.example/refresh' } } });
    expect(refreshRequestOf(manifest)).toMatchObject({ ...token, url: 'https://as.example/refresh' });
    expect(refreshRequestOf(readManifest({ ...least, refresh: null }).manifest)).toBeNull();
  });

  it('is published as JSON Schema that knows no further keys', () => {
    expect(manifestJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['manifest'],
    });
  });
});

describe('A manifest is refused', () => {
  it('for unknown keys at any depth, wrong values, bad templates and contradictions: all at once, each with its pointer and mend', () => {
    const faults = faultsOf({
      ...least,
      authorise: {},
      token: { url: 'https://as.example/token', headers: { 'x-a': '{{ nope }}' } },
      revoke: { request: { url: 'https://as.example/revoke', bdy: {} }, effect: 'family' },
      superseded: { policy: 'revoke' },
    });
    expect(faults.map(({ pointer, problem }) => `${pointer} ${problem}`)).toEqual([
      expect.stringMatching(/^\/revoke\/request\/bdy is not known here; known are method, url/),
      expect.stringMatching(/^\/authorise is not known here; known are manifest, kind, name/),
      expect.stringMatching(/^\/token\/headers\/x-a names \{\{ nope \}\}, which is not known here/),
      expect.stringMatching(/^\/superseded\/policy is revoke, and revoke.effect is family/),
    ]);
    expect(faults.every(({ mend }) => mend.length > 10)).toBe(true);
  });

  it('as an error that a caller of the API can be shown', () => {
    const fault = { pointer: '/token/url', problem: 'is missing', mend: 'Give it as: string.' };
    try {
      readManifest({ ...least, token: {} });
    } catch (error) {
      expect(error).toMatchObject({
        kind: 'invalid',
        code: 'manifest_refused',
        hint: fault.mend,
        members: { faults: [fault] },
      });
      expect((error as ManifestRefused).detail).toBe('/token/url is missing.');
    }
    expect.assertions(2);
  });

  it.each([[null], ['text'], [[]], [{}], [{ ...least, manifest: 2 }]])('for what is no manifest: %j', (input) => {
    expect(faultsOf(input)).not.toEqual([]);
  });

  it.each([
    ['relative', '/authorize'],
    ['of another scheme', 'ftp://as.example/a'],
    ['a script', 'javascript:alert(1)'],
    ['plain http on a public name', 'http://as.example/a'],
    ['plain http on a public address', 'http://8.8.8.8/a'],
    ['with userinfo', 'https://u:p@as.example/a'],
    ['with a fragment', 'https://as.example/a#x'],
    ['with a host from a value, which hosts does not allow', 'https://{{ client_id }}.example/a'],
    ['with a port from a value', 'https://as.example:{{ client_id }}/a'],
    ['wholly a value', '{{ client_id }}/a'],
  ])('for a URL that is %s', (_what, url) => {
    expect(new Set(pointersOf({ ...least, authorize: { url } }))).toEqual(new Set(['/authorize/url']));
  });

  it.each([
    'http://127.0.0.1:7103/a',
    'http://[::1]/a',
    'http://localhost/a',
    'http://sandbox:7103/a',
    'http://10.0.0.1/a',
  ])('not for plain http on a private host: %s', (url) => {
    expect(readManifest({ ...least, authorize: { url } }).manifest.authorize.url).toBe(url);
  });

  it('D002 for a client secret in a URL, wherever it hides', () => {
    const secret = '{{ client_secret }}';
    const faults = pointersOf({
      ...least,
      token: { url: `https://as.example/token?secret=${secret}`, query: { key: secret } },
      revoke: { request: { url: `https://as.example/${secret}`, query: { a: `{{ base64(client_secret) }}` } } },
    });
    expect(new Set(faults)).toEqual(
      new Set(['/token/url', '/token/query/key', '/revoke/request/url', '/revoke/request/query/a']),
    );
  });

  it('D002 not for a signature made with it, nor where the quirk gives a reason, which is warned of', () => {
    const signed = {
      url: 'https://as.example/token',
      query: { sign: '{{ hmac_sha256(client_secret, now_seconds) }}' },
    };
    expect(readManifest({ ...least, clientAuthentication: 'custom', token: signed }).warnings).toEqual([]);
    const token = { url: 'https://as.example/token', query: { secret: '{{ client_secret }}' } };
    const quirks = [{ quirk: 'secretInUrl', reason: 'Its documentation has it nowhere else.' }];
    const { warnings } = readManifest({ ...least, clientAuthentication: 'custom', token, quirks });
    expect(warnings).toEqual([
      { pointer: '/quirks/0', problem: expect.stringMatching(/secret in URLs.*nowhere else/) },
    ]);
  });

  it('D003 for a second client authentication', () => {
    const secret = '{{ client_secret }}';
    const token = {
      url: 'https://as.example/token',
      headers: { authorization: 'x' },
      body: { parameters: { secret } },
    };
    expect(pointersOf({ ...least, token }).sort()).toEqual([
      '/token/body/parameters/secret',
      '/token/headers/authorization',
    ]);
    expect(pointersOf({ ...least, clientAuthentication: 'post', token: { ...token, headers: {} } })).toEqual([
      '/token/body/parameters/secret',
    ]);
    const renamed = { url: 'https://as.example/token', body: { parameters: { client_secret: null, secret } } };
    expect(readManifest({ ...least, clientAuthentication: 'post', token: renamed }).warnings).toEqual([]);
    const revoke = { request: { url: 'https://as.example/r', headers: { Authorization: `Basic ${secret}` } } };
    expect(pointersOf({ ...least, revoke })).toContain('/revoke/request/headers/Authorization');
  });

  it('D004 for a token request by GET, unless the quirk is asked for by name, which is warned of', () => {
    const token = { url: 'https://as.example/token', method: 'GET' } as const;
    expect(pointersOf({ ...least, token })).toEqual(['/token/method']);
    expect(pointersOf({ ...least, refresh: { request: { method: 'GET' } } })).toEqual(['/refresh/request/method']);
    const quirks = [{ quirk: 'tokenRequestByGet', reason: 'Its documentation knows no POST.' }];
    const { warnings } = readManifest({ ...least, token, quirks });
    expect(warnings).toEqual([{ pointer: '/quirks/0', problem: expect.stringMatching(/in URLs.*knows no POST/) }]);
    expect(pointersOf({ ...least, quirks })).toEqual(['/quirks/0']);
    expect(pointersOf({ ...least, token, quirks, clientAuthentication: 'post' })).toEqual(['/token/method']);
    expect(pointersOf({ ...least, token, quirks: [{ quirk: 'tokenRequestByGet' }] })).toEqual(['/quirks/0/reason']);
  });

  it('D042 for the implicit grant', () => {
    expect(pointersOf({ ...least, authorize: { ...least.authorize, parameters: { response_type: 'token' } } })).toEqual(
      ['/authorize/parameters/response_type'],
    );
  });

  it('D043 for the password grant', () => {
    const body = { parameters: { grant_type: 'password' } };
    expect(pointersOf({ ...least, token: { ...least.token, body } })).toEqual(['/token/body/parameters/grant_type']);
  });

  it('D026 for any PKCE method but S256, and for changing state or PKCE by parameters', () => {
    expect(pointersOf({ ...least, authorize: { ...least.authorize, pkce: 'plain' } })).toEqual(['/authorize/pkce']);
    const parameters = { state: 'fixed', code_challenge: null, code_challenge_method: 'plain' };
    expect(pointersOf({ ...least, authorize: { ...least.authorize, parameters } })).toHaveLength(3);
  });

  it('for headers that frame or route a message', () => {
    expect(pointersOf({ ...least, token: { ...least.token, headers: { Host: 'x' } } })).toEqual([
      '/token/headers/Host',
    ]);
  });

  it('D066 for revoking superseded tokens where that might take the grant along, or can’t be done', () => {
    const superseded = { policy: 'revoke', graceSeconds: 5 };
    const request = { url: 'https://as.example/revoke' };
    const at = '/superseded/policy';
    for (const revoke of [
      null,
      { byUserAt: 'https://as.example/apps' },
      { request },
      { request, effect: 'family' },
      { request, effect: 'install' },
      { request, effect: 'token', tokens: ['refresh_token'] },
    ]) {
      expect(pointersOf({ ...least, revoke, superseded })).toEqual([at]);
    }
    expect(readManifest({ ...least, revoke: { request, effect: 'token' }, superseded }).manifest.superseded).toEqual(
      superseded,
    );
  });
});

describe('A manifest is warned of', () => {
  it.each([
    ['D028 PKCE switched off', { authorize: { ...least.authorize, pkce: 'off' } }, '/authorize/pkce'],
    [
      'D044 a scope that is everything',
      { authorize: { ...least.authorize, scopes: ['read', 'repo:admin'] } },
      '/authorize/scopes/1',
    ],
    ['D021 a token that travels in a query', { use: { query: 'access_token' } }, '/use/query'],
    [
      'a token in a URL',
      { revoke: { request: { method: 'GET', url: 'https://as.example/r', query: { token: '{{ token }}' } } } },
      '/revoke/request/query/token',
    ],
    [
      'a token in the URL of an introspection',
      { introspect: { request: { url: 'https://as.example/i?token={{ token }}', body: { parameters: {} } } } },
      '/introspect/request/url',
    ],
    [
      'D065 a revocation at another site',
      { revoke: { request: { url: 'https://elsewhere.example.org/r' } } },
      '/revoke/request/url',
    ],
  ])('%s', (_what, part, pointer) => {
    expect(readManifest({ ...least, ...part }).warnings.map((warning) => warning.pointer)).toEqual([pointer]);
  });
});
