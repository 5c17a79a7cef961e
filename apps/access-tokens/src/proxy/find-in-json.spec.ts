import { describe, expect, it } from '@jest/globals';
import { findInJson } from './find-in-json.js';
import { checkJsonPath, queryJson } from './json-path.js';

describe('P4 findInJson', () => {
  it.each([
    ['{"id":7}', 7],
    ['{"a":{"id":"deep"},"id":"flat"}', 'deep'],
    ['{"b":{"id":1},"1":{"id":2}}', 1],
    ['{"id":1,"id":2}', 1],
    ['[[{"x":1}],{"id":null}]', null],
    ['{"id" : { "a" : [1, {"}": "]"}] , "b":2 } , "z":1}', { a: [1, { '}': ']' }], b: 2 }],
    ['{"x":"id","y":["id"],"id":-1.5e3}', -1500],
    ['{"i\\u0064":true}', true],
    ['{"a\\"id":1,"\\\\":2,"id":"a\\"b\\\\"}', 'a"b\\'],
    ['"id"', undefined],
    ['{}', undefined],
    ['["id", "id"]', undefined],
  ])('%s', (json, found) => {
    expect(findInJson(json, 'id')).toEqual(found);
  });

  it('takes as long as the text is', () => {
    const json = JSON.stringify({ text: '\\"'.repeat(200_000), list: Array(50_000).fill({ a: '"' }), id: 1 });
    expect(findInJson(json, 'id')).toBe(1);
  });
});

describe('P4 a JSONPath', () => {
  it('gives the value of a singular query, and the list of any other', () => {
    const document = { a: [{ b: 1 }, { b: 2 }] };
    expect(queryJson('$.a[1].b', document)).toBe(2);
    expect(queryJson('$.a[2].b', document)).toBeUndefined();
    expect(queryJson('$.a[*].b', document)).toEqual([1, 2]);
    expect(queryJson('$..c', document)).toEqual([]);
    expect(queryJson('$.a[?length(@.b) == 1 || @.b > 1].b', document)).toEqual([2]);
  });

  it.each(['a.b', '$.a[', '$.a[?f(@)]', '$.a.~', '', '$.a[9007199254740992]'])('is refused as %j', (path) => {
    expect(() => checkJsonPath(path)).toThrow(expect.objectContaining({ code: 'json_path_invalid' }));
  });
});
