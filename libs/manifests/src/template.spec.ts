import { describe, expect, it } from '@jest/globals';
import { exposedNamesIn, namesIn, renderTemplate, TemplateSyntaxError } from './template.js';
import { templateFaults, WRITTEN_REQUEST } from './template-places.js';

const values = {
  client_id: 'id',
  client_secret: 's:e',
  token: 'a/b c',
  empty: '',
  missing: null,
  'captured.dc': 'us1',
};

describe('A template', () => {
  it.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['{{client_id}} and {{ client_id }}', 'id and id'],
    ['https://{{ captured.dc }}/x', 'https://us1/x'],
    ['{{ missing }}{{ empty }}{{ never_heard_of }}', ''],
    ["Basic {{ base64(concat(client_id, ':', client_secret)) }}", `Basic ${Buffer.from('id:s:e').toString('base64')}`],
    ['{{ url_encode(token) }}', 'a%2Fb%20c'],
    ['{{ slice(client_secret, 0, 1) }}{{ slice(client_secret, -1) }}', 'se'],
    ['{{ md5("") }}', 'd41d8cd98f00b204e9800998ecf8427e'],
    ["{{ sha256('abc') }}", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      "{{ hmac_sha256('key', 'The quick brown fox jumps over the lazy dog') }}",
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    ],
    ["{{ base64url('??>') }}", 'Pz8-'],
    ["{{ base64_of_hex(md5('')) }}", '1B2M2Y8AsgTpgAmY7PhCfg=='],
    ["{{ upper('a') }}{{ lower('B') }}", 'Ab'],
    ["{{ first_of(empty, missing, client_id, 'x') }}{{ first_of(empty, 'x') }}", 'idx'],
    [
      "{{ hmac_sha1('key', 'The quick brown fox jumps over the lazy dog') }}",
      'de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9',
    ],
  ])('%s renders', (source, text) => {
    expect(renderTemplate(source, values)).toBe(text);
  });

  it('escapes what it puts in, and not what was there', () => {
    expect(renderTemplate('https://x/{{ token }}?a=b c', values, encodeURIComponent)).toBe('https://x/a%2Fb%20c?a=b c');
  });

  it('never reads a value as a template', () => {
    expect(renderTemplate('{{ token }}', { token: '{{ client_secret }}', client_secret: 'leaked' })).toBe(
      '{{ client_secret }}',
    );
  });

  it('knows no value by inheritance', () => {
    expect(renderTemplate('{{ constructor }}{{ __proto__ }}', {})).toBe('');
  });

  it('shows what its values are, unless they only go into a signature', () => {
    expect(exposedNamesIn('{{ client_id }}{{ hmac_sha256(client_secret, token) }}')).toEqual(['client_id']);
    expect(exposedNamesIn("{{ base64(concat(client_secret, ':')) }}{{ md5(token) }}")).toEqual([
      'client_secret',
      'token',
    ]);
  });

  it('tells its names, each once, those inside of calls too', () => {
    expect(namesIn("{{ client_id }} {{ concat(client_id, 'x', base64(token)) }}")).toEqual(['client_id', 'token']);
  });

  it.each([
    '{{ }}',
    '{{ a b }}',
    '{{ a',
    'a }}',
    '{{ {{ a }} }}',
    '{{ a( }}',
    '{{ base64(a b) }}',
    '{{ base64() }}',
    '{{ base64(a, b) }}',
    '{{ eval(a) }}',
    '{{ constructor(a) }}',
    '{{ a + b }}',
    "{{ 'a }}",
    '{{ base64(,) }}',
  ])('is refused where it can’t be read: %s', (source) => {
    expect(() => namesIn(source)).toThrow(TemplateSyntaxError);
  });

  it('may name at each place only what there is at that place', () => {
    expect(templateFaults('{{ code }}{{ code_verifier }}', 'token')).toEqual([]);
    expect(templateFaults('{{ captured.dc }}', 'refresh')).toEqual([]);
    expect(templateFaults('{{ client_secret }} {{ nope }}', 'authorize')).toEqual([
      expect.stringMatching(/^names {{ client_secret }}, which is not known here; known are client_id, redirect_uri, /),
      expect.stringMatching(/^names {{ nope }}, which is not known here; known are client_id, redirect_uri, /),
    ]);
    expect(templateFaults('{{ captured.dc }}', 'authorize')).toHaveLength(1);
    expect(templateFaults('{{ request.body }}', 'token')).toHaveLength(1);
    expect(templateFaults('{{ request.body }}', 'token', WRITTEN_REQUEST)).toEqual([]);
    expect(templateFaults('{{ base64( }}', 'token')).toEqual(['has a placeholder without a value']);
  });
});
