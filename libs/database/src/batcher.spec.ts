import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../test/support/failure.js';
import { Batcher } from './batcher.js';

describe('Batcher', () => {
  it('does together what comes while a batch is under way, and gives each its own outcome', async () => {
    const batches: number[][] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const batcher = new Batcher<number, number>(
      async (items) => {
        batches.push(items);
        await gate;
        return items.map((item) => item * 10);
      },
      { batchSize: 3, atOnce: 1 },
    );
    const first = batcher.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [2, 3, 4, 5].map((item) => batcher.add(item));
    release();
    expect(await Promise.all([first, ...others])).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('tries the items of a failed batch alone: only those that can’t be done fail', async () => {
    const batcher = new Batcher<number, number>(
      (items) => (items.includes(2) ? Promise.reject(new Error('not two')) : Promise.resolve(items)),
      { batchSize: 10, atOnce: 2 },
    );
    const all = [1, 2, 3].map((item) => batcher.add(item));
    expect((await failureOf(all[1]!)).message).toBe('not two');
    expect(await Promise.all([all[0], all[2]])).toEqual([1, 3]);
  });
});
