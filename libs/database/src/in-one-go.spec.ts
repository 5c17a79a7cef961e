import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { inOneGo } from './in-one-go.js';

describe('statements in one go', () => {
  it('end with what failed first, once none is left that could come after the rollback', async () => {
    const sent: string[] = [];
    const sealing = new EventEmitter();
    const late = once(sealing, 'done').then(() => {
      sent.push('late');
      throw new Error('the transaction is aborted');
    });
    const whole = inOneGo([late, Promise.reject(new Error('no room'))]).finally(() => sent.push('rollback'));
    setImmediate(() => sealing.emit('done'));
    await expect(whole).rejects.toThrow('no room');
    expect(sent).toEqual(['late', 'rollback']);
  });

  it('are done once all are', async () => {
    await expect(inOneGo([Promise.resolve(1), Promise.resolve('two')])).resolves.toBeUndefined();
    await expect(inOneGo([])).resolves.toBeUndefined();
  });
});
