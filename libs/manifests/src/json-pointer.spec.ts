import { describe, expect, it } from '@jest/globals';
import { JSON_POINTER, pointerTo, valueAt } from './json-pointer.js';

describe('A JSON pointer', () => {
  const document = { a: { 'b/c': [10, { '~': null }] }, '': 1 };

  it.each([
    ['', document],
    ['/', 1],
    ['/a/b~1c/0', 10],
    ['/a/b~1c/1/~0', null],
    ['/a/b~1c/2', undefined],
    ['/a/x/y', undefined],
    ['/a/constructor', undefined],
    ['/a/b~1c/length', 2],
  ])('%s finds its value', (pointer, value) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });

  it('finds nothing in what is no document', () => {
    expect([valueAt('text', '/0'), valueAt(null, '/a'), valueAt(undefined, '/a')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is written from a path and read back', () => {
    expect(pointerTo(['a', 'b/c', 1, '~'])).toBe('/a/b~1c/1/~0');
    expect(valueAt(document, pointerTo(['a', 'b/c', 1, '~']))).toBeNull();
  });

  it.each(['a', '/a~', '/a~2', '#/a'])('is not %s', (text) => {
    expect(JSON_POINTER.test(text)).toBe(false);
  });
});
