import { describe, expect, it } from '@jest/globals';
import { BaseUrls } from './base-urls.js';
import { UrlRefused } from './proxy.errors.js';

const api = new BaseUrls(['https://api.example/v1', 'https://files.example/', 'https://api.example:8443/x/y/']);

const refusalOf = (attempt: () => URL): unknown => {
  try {
    return String(attempt());
  } catch (error) {
    return error instanceof UrlRefused ? error.members['reason'] : error;
  }
};

describe('BaseUrls join', () => {
  it.each([
    ['', 'https://api.example/v1/'],
    ['me', 'https://api.example/v1/me'],
    ['/me', 'https://api.example/v1/me'],
    ['a//b/', 'https://api.example/v1/a//b/'],
    ['a%2Fb/c%20d?x=%2F..%2F&y', 'https://api.example/v1/a%2Fb/c%20d?x=%2F..%2F&y'],
    ['...', 'https://api.example/v1/...'],
    ['a..b/.well-known', 'https://api.example/v1/a..b/.well-known'],
    ['evil.example:80/x@y', 'https://api.example/v1/evil.example:80/x@y'],
    ['me?access_token=1', 'https://api.example/v1/me'],
    ['me?a=1&ACCESS_TOKEN=x&access%5Ftoken=y&b=%zz?', 'https://api.example/v1/me?a=1&b=%zz?'],
  ])('%j to %s', (below, whole) => {
    expect(refusalOf(() => api.join(below))).toBe(whole);
  });

  it('below the base URL that is named', () => {
    expect(api.join('a', 'https://files.example').href).toBe('https://files.example/a');
    expect(api.join('a', 'https://API.example:8443/x/y').href).toBe('https://api.example:8443/x/y/a');
  });

  it.each(['https://files.example/deeper', 'https://api.example', 'nonsense', ''])('nothing below %j', (base) => {
    expect(refusalOf(() => api.join('a', base))).toBe('outside');
  });

  it.each([
    '.',
    '..',
    'a/../b',
    '%2e',
    '.%2E',
    '%252e%252e',
    '%25252525252e',
    '..;a=b/c',
    'a%2f..%2fb',
    'a/%2e%2e%5cb',
  ])('nothing that climbs: %s', (below) => {
    expect(refusalOf(() => api.join(below))).toBe('climbs');
  });

  it.each(['a\\b', 'a b', 'a\tb', 'a#b', '%', 'a%zz', '%00', 'a%0Ab', '%ff', '%c0%ae', '%e0%80%ae'])(
    'nothing that servers read differently: %j',
    (below) => {
      expect(refusalOf(() => api.join(below))).toBe('unreadable');
    },
  );

  it('nothing where there are no base URLs', () => {
    const none = new BaseUrls([]);
    expect([refusalOf(() => none.join('me')), refusalOf(() => none.admit('https://api.example/'))]).toEqual([
      'no_base_urls',
      'no_base_urls',
    ]);
  });
});

describe('BaseUrls admit', () => {
  it.each([
    ['/me?x=1', 'https://api.example/v1/me?x=1'],
    ['https://api.example/v1/me', 'https://api.example/v1/me'],
    ['HTTPS://API.EXAMPLE:443/v1/me', 'https://api.example/v1/me'],
    ['https://api.example:8443/x/y/z', 'https://api.example:8443/x/y/z'],
    ['https://files.example', 'https://files.example/'],
    ['https://files.example/grüße', 'https://files.example/gr%C3%BC%C3%9Fe'],
  ])('%s', (url, whole) => {
    expect(refusalOf(() => api.admit(url))).toBe(whole);
  });

  it.each([
    ['https://api.example/v10/me', 'outside'],
    ['https://api.example/', 'outside'],
    ['http://api.example/v1/me', 'outside'],
    ['https://api.example.evil.example/v1/me', 'outside'],
    ['//api.example/v1/me', 'unreadable'],
    ['https://api.example@evil.example/v1/me', 'user_name'],
    ['https://user:pass@api.example/v1/me', 'user_name'],
    ['https://api.example/v1/../admin', 'climbs'],
    ['https://files.example/a/../b', 'climbs'],
    ['https:\\\\api.example\\v1\\me', 'unreadable'],
    ['https://api.example/v1/\n../me', 'unreadable'],
    ['javascript:alert(1)', 'outside'],
    ['data:,x', 'outside'],
  ])('not %s: %s', (url, reason) => {
    expect(refusalOf(() => api.admit(url))).toBe(reason);
  });
});
