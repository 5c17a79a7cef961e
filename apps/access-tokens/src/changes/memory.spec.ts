import { describe, expect, it } from '@jest/globals';
import { Memory } from './memory.js';

const memory = (counts = (): boolean => true) => new Memory<{ is: string }>({ counts, size: 2, sizeOf: () => 1 });
const reading = (is: string) => () => Promise.resolve({ is });

describe('what is remembered', () => {
  it('is read once', async () => {
    const remembered = memory();
    expect(await remembered.obtain('a', reading('first'))).toEqual({ is: 'first' });
    expect(await remembered.obtain('a', reading('second'))).toEqual({ is: 'first' });
    expect(remembered.get('a')).toEqual({ is: 'first' });
  });

  it('is read again after it was forgotten, alone or with everything', async () => {
    const remembered = memory();
    await remembered.obtain('a', reading('first'));
    remembered.forget('a');
    expect(await remembered.obtain('a', reading('second'))).toEqual({ is: 'second' });
    remembered.forgetAll();
    expect(await remembered.obtain('a', reading('third'))).toEqual({ is: 'third' });
  });

  it.each(['forget', 'forgetAll'] as const)(
    'is not what a read found that began before %s: it may have seen what was before',
    async (how) => {
      const remembered = memory();
      let find = (_found: { is: string }): void => undefined;
      const read = remembered.obtain('a', () => new Promise((resolve) => (find = resolve)));
      remembered[how]('a');
      find({ is: 'old' });
      expect(await read).toEqual({ is: 'old' });
      expect(remembered.get('a')).toBeUndefined();
    },
  );

  it('does not count while changes are not heard, and nothing is remembered then', async () => {
    let heard = true;
    const remembered = memory(() => heard);
    await remembered.obtain('a', reading('first'));
    heard = false;
    expect(remembered.get('a')).toBeUndefined();
    expect(await remembered.obtain('a', reading('second'))).toEqual({ is: 'second' });
    expect(await remembered.obtain('b', reading('unheard'))).toEqual({ is: 'unheard' });
    heard = true;
    expect(remembered.get('b')).toBeUndefined();
  });

  it('is never that there is nothing, nor that reading failed', async () => {
    const remembered = memory();
    expect(await remembered.obtain('a', () => Promise.resolve(null))).toBeNull();
    await expect(remembered.obtain('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await remembered.obtain('a', reading('there'))).toEqual({ is: 'there' });
  });

  it('has bounds', async () => {
    const remembered = memory();
    for (const key of ['a', 'b', 'c']) await remembered.obtain(key, reading(key));
    expect(remembered.get('a')).toBeUndefined();
    expect(remembered.get('c')).toEqual({ is: 'c' });
  });
});
