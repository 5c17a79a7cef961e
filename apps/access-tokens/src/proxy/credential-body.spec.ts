import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { heldBody, NO_BODY } from './call-body.js';
import { withCredential } from './credential-body.js';

const credential = { encoding: 'json' as const, parameters: { key: 'secret & co', id: '7' } };
const post = (type: string, text: string) => ({
  method: 'POST',
  headers: { 'content-type': type },
  body: heldBody(Buffer.from(text)),
});
const textOf = ({ body }: ReturnType<typeof withCredential>) => Buffer.from(body.open() as Uint8Array).toString('utf8');

describe('F1 a credential in the body', () => {
  it('is laid into a JSON object and a form, over what the caller gave by the same name', () => {
    const json = withCredential(post('application/json; charset=utf-8', '{"a":{"b":1},"key":"forged"}'), credential);
    expect(JSON.parse(textOf(json))).toEqual({ a: { b: 1 }, key: 'secret & co', id: '7' });
    const form = withCredential(post('application/x-www-form-urlencoded', 'a=1&key=x&key=y'), credential);
    expect(textOf(form)).toBe('a=1&key=secret+%26+co&id=7');
    expect(form.headers).toEqual({});
  });

  it('is the whole body where the caller sent none', () => {
    const made = withCredential({ method: 'POST', headers: {}, body: NO_BODY }, credential);
    expect([textOf(made), made.headers]).toEqual([
      '{"key":"secret & co","id":"7"}',
      { 'content-type': 'application/json' },
    ]);
  });

  it('is refused where there is no place for it, and sent nowhere', () => {
    const stream = { again: false, bytes: null, open: () => Readable.from('x') };
    for (const call of [
      { method: 'GET', headers: {}, body: NO_BODY },
      post('application/json', '[1]'),
      post('application/json', 'no json'),
      post('text/plain', 'x'),
      { method: 'POST', headers: {}, body: stream },
    ])
      expect(() => withCredential(call, credential)).toThrow(
        expect.objectContaining({ code: 'credential_needs_body' }),
      );
  });
});
