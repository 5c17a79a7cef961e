import { Injectable } from '@nestjs/common';
import { Batcher } from '@lockkeeper/database';
import { type RequestContext, currentContext, newRequestContext, runInContext } from '@lockkeeper/observability';
import type { Belonging } from '../connections/connections.js';
import { type Change, type Transition, Transitions, type TransitionStory } from '../connections/transitions.js';
import { holderOf, Revocations } from '../revocation/revocations.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import type { Lease } from './leases.js';
import { type Closing, type LedgerOutcome, RefreshLedger } from './refresh-ledger.js';
import { refreshes } from './rotation.metrics.js';

export interface Settling {
  lease: Lease;
  outcome: LedgerOutcome;
  change: Change;
  /** What the provider gave: handed to revocation where the connection was revoked meanwhile. Without it the answer stays in the ledger. */
  brought?: { grant: TokenGrant; receivedAt: string };
}

type Contextual = Settling & { context: RequestContext | undefined };

/** Many at once where many end at once: each has its own fence and its own row, and one commit is enough for all. */
const BOUNDS = { batchSize: 128, atOnce: 2, gatherMs: 15 };

/** The fence decides: a connection that went on without this refresh is left alone, and the answer stays in the ledger. */
@Injectable()
export class FencedSettlement {
  private readonly batcher = new Batcher<Contextual, Belonging>((settlings) => this.settleAll(settlings), BOUNDS);

  constructor(
    private readonly ledger: RefreshLedger,
    private readonly transitions: Transitions,
    private readonly revocations: Revocations,
  ) {}

  settle(settling: Settling): Promise<Belonging> {
    return this.batcher.add({ ...settling, context: currentContext() });
  }

  /** Each on behalf of whoever wanted it: what nobody but the scheduler wanted goes together. */
  private async settleAll(settlings: Contextual[]): Promise<Belonging[]> {
    const groups = new Map<string | undefined, Contextual[]>();
    for (const settling of settlings) {
      const { context } = settling;
      const who = context?.actor === 'scheduler' ? 'scheduler' : context?.requestId;
      groups.set(who, [...(groups.get(who) ?? []), settling]);
    }
    const settled = new Map<Contextual, Belonging>();
    for (const group of groups.values()) {
      const belongings = await runInContext(group[0]!.context ?? newRequestContext(), () => this.settleTogether(group));
      group.forEach((settling, index) => settled.set(settling, belongings[index]!));
    }
    return settlings.map((settling) => settled.get(settling)!);
  }

  private async settleTogether(settlings: Contextual[]): Promise<Belonging[]> {
    const closings: (Closing & { cause: string })[] = [];
    const belongings = await this.transitions.makeAll(
      settlings.map((settling) => this.fencedChange(settling, closings)),
      (manager) => this.ledger.close(manager, closings),
    );
    for (const { outcome, cause } of closings) if (outcome !== null) refreshes.inc({ outcome, cause });
    return belongings;
  }

  private fencedChange(
    { lease, outcome, change, brought }: Settling,
    closings: (Closing & { cause: string })[],
  ): Transition {
    const { connectionId, ledgerId, cause, seen } = lease;
    return {
      connectionId,
      seen,
      change: async (found, manager) => {
        const { fence, version, status } = found.connection;
        const alive = status !== 'revoked' || cause === 'issue';
        const holds = fence === lease.fence && version === lease.supersededVersion && alive;
        const closing = { ledgerId, connectionId, fence: lease.fence, cause };
        // A revocation ends the lease: what was answered meanwhile may be settled by whoever had it and by whoever finds it abandoned.
        const isDone = closings.some((other) => other.ledgerId === ledgerId);
        if (!holds && (isDone || !(await this.ledger.isOpen(manager, ledgerId)))) {
          closings.push({ ...closing, outcome: null, handedOver: false });
          return null;
        }
        const handedOver = !holds && status === 'revoked' && brought !== undefined;
        closings.push({ ...closing, outcome: holds ? outcome : 'outrun', handedOver });
        if (handedOver) await this.revocations.handOverStray(manager, holderOf(found.connection), brought);
        if (holds) return change(found, manager);
        return outcome === 'applied' ? outrun(handedOver) : null;
      },
    };
  }
}

/** The provider gave tokens all the same: that is in the timeline and the audit log like any other refresh. */
const outrun = (handedOver: boolean): TransitionStory => ({
  publish: null,
  event: 'refresh_outrun',
  detail: handedOver
    ? 'A refresh that was under way succeeded after the connection had ended: the tokens that it brought are revoked.'
    : 'A refresh that was under way succeeded, but the connection had gone on without it: its answer is kept, and not applied.',
});
