import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuditLog, AuditRecord } from '@lockkeeper/audit-chain';
import { currentContext, newRequestContext, runInContext } from '@lockkeeper/observability';
import { KeyRing } from '@lockkeeper/sealing';
import { HoldOff } from './hold-off.js';
import { RefusedKeys } from './refused-keys.js';

interface Noted extends AuditRecord {
  sourceAddress: string | null;
}

function refusedKeys(limits: { perName: number; inAll: number }) {
  const noted: Noted[] = [];
  const append = async (record: AuditRecord): Promise<void> => {
    noted.push({ ...record, sourceAddress: currentContext()?.sourceAddress ?? null });
  };
  const ring = KeyRing.fromFile({ writing: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }, 'credentials');
  const refused = new RefusedKeys({ append } as AuditLog, ring, new HoldOff(1000), limits);
  const from = (sourceAddress: string, key = 'lkc_wrong'): Promise<void> =>
    runInContext(newRequestContext({ sourceAddress }), () => refused.note(key));
  return { refused, noted, from };
}

describe('refused keys', () => {
  it('are written down by a keyed fingerprint, never by the key', async () => {
    const { noted, from } = refusedKeys({ perName: 5, inAll: 5 });
    await from('192.0.2.1', 'lkc_somebody-guessed');
    expect(noted).toMatchObject([{ action: 'key.refused', outcome: 'refused', sourceAddress: '192.0.2.1' }]);
    expect(JSON.stringify(noted)).not.toContain('somebody-guessed');
    expect(noted[0]!.details).toEqual({ keyFingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) });
  });

  it('beyond the bound of an address are counted, and told when the window ends', async () => {
    const { refused, noted, from } = refusedKeys({ perName: 2, inAll: 100 });
    for (let time = 0; time < 7; time += 1) await from('192.0.2.1');
    await from('192.0.2.2');
    expect(noted).toHaveLength(3);
    await refused.endWindow();
    expect(noted.slice(3)).toMatchObject([{ sourceAddress: '192.0.2.1', details: { times: 5 } }]);
  });

  it('from ever new addresses are bounded too, and none is left out of the count', async () => {
    const { refused, noted, from } = refusedKeys({ perName: 2, inAll: 10 });
    for (let host = 0; host < 3000; host += 1) await from(`2001:db8::${host}`);
    expect(noted).toHaveLength(10);
    await refused.endWindow();
    const told = noted.slice(10).map(({ details }) => (details as { times: number }).times);
    expect(told.length).toBeLessThanOrEqual(1001);
    expect(told.reduce((sum, times) => sum + times, 0)).toBe(2990);
  });

  it('begin anew in the next window', async () => {
    const { refused, noted, from } = refusedKeys({ perName: 1, inAll: 100 });
    await from('192.0.2.1');
    await refused.endWindow();
    await from('192.0.2.1');
    expect(noted).toHaveLength(2);
  });
});
