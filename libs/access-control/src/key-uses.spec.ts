import { describe, expect, it } from '@jest/globals';
import type { AuditLog } from '@lockkeeper/audit-chain';
import { KeyUses } from './key-uses.js';

const principal = { keyId: 'k', name: 'a', role: 'consumer', subjectId: null };

function keyUses(append: () => Promise<void>): { uses: KeyUses; count: () => number } {
  let entries = 0;
  const log = {
    append: () => {
      entries += 1;
      return append();
    },
  };
  return { uses: new KeyUses(log as unknown as AuditLog), count: () => entries };
}

describe('uses of a key', () => {
  it('are written down once for each address, however many come at once', async () => {
    const { uses, count } = keyUses(() => Promise.resolve());
    await Promise.all(Array.from({ length: 20 }, () => uses.note(principal, '192.0.2.1')));
    expect(count()).toBe(1);
    await uses.note(principal, '192.0.2.2');
    expect(count()).toBe(2);
  });

  it('are refused, all that wait, while they can’t be written down; the next one is tried anew', async () => {
    let room = false;
    const { uses, count } = keyUses(() => (room ? Promise.resolve() : Promise.reject(new Error('no room'))));
    const tries = await Promise.allSettled([1, 2, 3].map(() => uses.note(principal, null)));
    expect(tries.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(uses.isNoted(principal, null)).toBe(false);
    room = true;
    await uses.note(principal, null);
    expect([uses.isNoted(principal, null), uses.isNoted(principal, '192.0.2.1'), count()]).toEqual([true, false, 2]);
  });
});
