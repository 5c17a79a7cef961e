import { describe, expect, it } from '@jest/globals';
import { curlOf, type Draft, requestOf, sdkOf } from './draft';

const draft: Draft = {
  apiService: 's',
  user: 'u',
  method: 'POST',
  url: '/x',
  headers: '',
  body: '',
  findBy: 'none',
  wanted: '',
};

describe('the form of a call', () => {
  it('sends JSON as JSON, and text as text', () => {
    expect(requestOf({ ...draft, body: '{"a":1}' })).toMatchObject({ json: { a: 1 } });
    expect(requestOf({ ...draft, body: 'plain' })).toMatchObject({ body: 'plain' });
    expect(requestOf({ ...draft, body: '{"a":1}', headers: 'Content-Type: text/plain' })).toMatchObject({
      body: '{"a":1}',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(requestOf(draft)).toEqual({ apiService: 's', user: 'u', method: 'POST', url: '/x' });
  });

  it('finds by what was chosen', () => {
    expect(requestOf({ ...draft, findBy: 'jsonPath', wanted: '$.a' })).toMatchObject({ jsonPath: '$.a' });
    expect(requestOf({ ...draft, findBy: 'none', wanted: '$.a' })).not.toHaveProperty('jsonPath');
  });

  it('can be pasted into a shell whatever the body holds', () => {
    expect(curlOf(requestOf({ ...draft, body: `it's $HOME` }), 'http://h')).toContain(`it'\\''s $HOME`);
  });

  it('is the same call in a program', () => {
    const headers = 'x-why: "quoted"\nx: `\${tricks}`';
    const { apiService, user, ...call } = requestOf({ ...draft, body: '{"content-type":{"a":[1]}}', headers });
    const text = sdkOf({ apiService, user, ...call }, 'http://h');
    const literal = /request\("s", "u", ([^]*)\);$/.exec(text)![1]!;
    expect(new Function(`return ${literal}`)()).toEqual(call);
    expect(text).toContain('  method: "POST"');
  });
});
