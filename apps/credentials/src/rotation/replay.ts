import { Injectable } from '@nestjs/common';
import type { RefreshReply } from '@lockkeeper/contracts';
import { AuditLog } from '@lockkeeper/audit-chain';
import { Connections } from '../connections/connections.js';
import { RefreshLedger } from './refresh-ledger.js';
import { Refresher } from './refresher.js';
import { NothingKept } from './rotation.errors.js';

/** Reads a kept answer once more, by the manifest as it is now. */
@Injectable()
export class Replay {
  constructor(
    private readonly connections: Connections,
    private readonly ledger: RefreshLedger,
    private readonly refresher: Refresher,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ConnectionNotFound, NothingKept */
  async replay(connectionId: string): Promise<RefreshReply> {
    await this.connections.get(connectionId);
    const lease = await this.ledger.claimKept(connectionId);
    if (lease === null) throw new NothingKept(connectionId);
    const details = { ledgerId: lease.ledgerId, supersedes: lease.supersededVersion };
    await this.audit.append({
      action: 'connection.replayed',
      objectType: 'connection',
      objectId: connectionId,
      details,
    });
    await this.refresher.resume(lease);
    const { connection } = await this.connections.get(connectionId);
    const { status, version, fault } = connection;
    const applied = version > lease.supersededVersion;
    const outcome = applied ? 'rotated' : 'failed';
    return { outcome, connectionId, status, version, hint: fault?.hint ?? null, retryAfterSeconds: null };
  }
}
