import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Belonging } from '../connections/connections.js';
import { Transitions } from '../connections/transitions.js';
import { Publications } from '../publication/publications.js';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';
import { Revocations } from './revocations.js';
import { Revoker } from './revoker.js';
import { StrayGrants } from './stray-grants.js';

export interface RevocationResult extends Belonging {
  /** What the provider answered at once; null if there was nothing to revoke there, or if it is done later. */
  receipt: RevocationReceipt | null;
}

/** Ends connections: here at once, at the provider as soon as it answers. */
@Injectable()
export class Revocation {
  constructor(
    private readonly transitions: Transitions,
    private readonly revocations: Revocations,
    private readonly revoker: Revoker,
    private readonly publications: Publications,
    private readonly dataSource: DataSource,
    private readonly strays: StrayGrants,
  ) {}

  /** Ours first: from the commit on nobody gets the token, whatever the provider does. Twice is the same as once. */
  async revoke(connectionId: string): Promise<RevocationResult> {
    let handedOver: string | null = null;
    const belonging = await this.dataSource.transaction(async (manager) => {
      const ended = await this.end(manager, connectionId);
      handedOver = ended.handedOver;
      return ended.belonging;
    });
    this.publications.nudge();
    return { ...belonging, receipt: handedOver === null ? null : await this.revoker.workOn(handedOver) };
  }

  /** Revokes it and forgets it; its timeline and audit entries stay. */
  async remove(connectionId: string): Promise<RevocationResult> {
    const result = await this.revoke(connectionId);
    await this.dataSource.transaction(async (manager) => {
      // Once more: somebody may have consented meanwhile.
      const { belonging } = await this.end(manager, connectionId);
      await this.strays.forget(manager, belonging);
    });
    return result;
  }

  /** For a larger transaction, such as retiring an API service; the queue does the provider's part. */
  async end(
    manager: EntityManager,
    connectionId: string,
  ): Promise<{ belonging: Belonging; handedOver: string | null }> {
    let handedOver: string | null = null;
    const belonging = await this.transitions.within(manager, connectionId, async (found) => {
      if (found.connection.status === 'revoked') return null;
      handedOver = await this.revocations.handOver(manager, found);
      found.connection.revoke(new Date());
      return {
        publish: 'revoked',
        event: 'revoked',
        detail: 'The connection was revoked; its secrets were erased here.',
      };
    });
    return { belonging, handedOver };
  }
}
