import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import type { Belonging } from '../connections/connections.js';
import type { Transition, Transitions, TransitionStory } from '../connections/transitions.js';
import type { Revocations } from '../revocation/revocations.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { FencedSettlement } from './fenced-settlement.js';
import type { Lease } from './leases.js';
import type { Closing, RefreshLedger } from './refresh-ledger.js';

const manager = {} as EntityManager;
/** Revoked while its refresh was under way, which ended the lease; and found abandoned after that. */
const belonging = {
  connection: { id: 'c1', apiServiceId: 's1', fence: 8, version: 1, status: 'revoked' },
  apiService: { id: 's1' },
} as Belonging;
const leaseOf = (fence: number): Partial<Lease> => ({
  ledgerId: 'l1',
  connectionId: 'c1',
  supersededVersion: 1,
  fence,
  cause: 'scheduled',
});
const brought = { grant: {} as TokenGrant, receivedAt: '2026-01-01T00:00:00.000Z' };

describe('an answer that two come to settle', () => {
  const closed = new Set<string>();
  let leasesEnded: number[];
  let stories: (TransitionStory | null)[];
  let handedOver: number;
  let settlement: FencedSettlement;
  beforeEach(() => {
    closed.clear();
    [leasesEnded, stories, handedOver] = [[], [], 0];
    const ledger = {
      isOpen: (_manager: EntityManager, id: string) => Promise.resolve(!closed.has(id)),
      close: (_manager: EntityManager, closings: readonly Closing[]) => {
        for (const { ledgerId, outcome, fence } of closings) {
          leasesEnded.push(fence);
          if (outcome !== null) closed.add(ledgerId);
        }
        return Promise.resolve();
      },
    };
    const transitions = {
      makeAll: async (made: Transition[], besides: (manager: EntityManager) => Promise<void>) => {
        for (const { change } of made) stories.push(await change(belonging, manager));
        await besides(manager);
        return made.map(() => belonging);
      },
    };
    const revocations = { handOverStray: () => Promise.resolve(void (handedOver += 1)) };
    settlement = new FencedSettlement(
      ledger as unknown as RefreshLedger,
      transitions as unknown as Transitions,
      revocations as unknown as Revocations,
    );
  });

  const settle = (fence: number) =>
    settlement.settle({
      lease: leaseOf(fence) as Lease,
      outcome: 'applied',
      change: () => Promise.reject(new Error('nothing is applied to a connection that is over')),
      brought,
    });

  it.each([
    ['one after the other', async () => void [await settle(7), await settle(8)]],
    ['together', () => Promise.all([settle(7), settle(8)])],
  ])('is handed to revocation once, told once, and ends both leases: %s', async (_how, both) => {
    await both();
    expect(handedOver).toBe(1);
    expect(stories.map((story) => story?.event ?? null)).toEqual(['refresh_outrun', null]);
    expect(leasesEnded).toEqual([7, 8]);
  });
});
