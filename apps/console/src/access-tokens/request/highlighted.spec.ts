import { describe, expect, it } from '@jest/globals';
import { highlighted } from './highlighted';

const text = JSON.stringify({ id: 7, name: 'id', notes: [{ id: 'n1', tags: ['a'] }], total: 77 }, null, 2);
const hits = (found: unknown): string[] =>
  highlighted(text, found)
    .filter(({ hit }) => hit)
    .map((part) => part.text);

describe('what was found in an answer', () => {
  it('is marked where it is a value, not where it is a name or a part of another', () => {
    expect(hits(7)).toEqual(['7']);
    expect(hits('id')).toEqual(['"id"']);
    expect(highlighted(text, 'id').find(({ hit }) => !hit)?.text).toContain('"id": 7');
  });

  it('is marked whole where it is an object, at whatever depth', () => {
    expect(hits({ id: 'n1', tags: ['a'] })).toHaveLength(1);
  });

  it('is marked one by one where it is a list of finds', () => {
    expect(hits([7, 'n1'])).toEqual(['7', '"n1"']);
  });

  it('is nothing where nothing was found, and the text stays whole', () => {
    for (const found of [null, 'absent']) expect(highlighted(text, found)).toEqual([{ text, hit: false }]);
    expect(
      highlighted(text, 7)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  it('is marked under the key that was asked for alone', () => {
    const text = JSON.stringify({ login: 'alice', sub: 'alice', deep: { login: 'alice' } }, null, 2);
    const parts = highlighted(text, 'alice', 'login');
    expect(parts.filter(({ hit }) => hit)).toHaveLength(2);
    expect(parts.map(({ text }) => text).join('')).toBe(text);
    expect(parts[0]!.text).toBe('{\n  "login": ');
  });
});
