import { Injectable } from '@nestjs/common';
import { type Principal, requesterOf } from '@lockkeeper/access-control';
import { AuditLog, type AuditOutcome } from '@lockkeeper/audit-chain';
import type { RefreshOutcome } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import { EntitledConnections, type Wanted } from '../consumers/entitled-connections.js';
import { Connections } from '../intake/connections.js';
import type { HeldConnection } from '../intake/held-connection.js';
import { ConsumerCommands } from './consumer-commands.js';
import { CredentialsCommands } from './credentials-commands.js';
import { Refreshes } from './refreshes.js';

export type ReportReason = 'rejected' | 'exposed';

export interface ReportOutcome {
  outcome: RefreshOutcome | 'ordered' | 'revoked';
  connectionId: string;
  status: HeldConnection['status'];
  version: number;
  hint: string | null;
  retryAfterSeconds: number | null;
  readable: boolean;
}

const ORDERED_HINT =
  'The token is being revoked and replaced; that goes on by itself. Read with minVersion, or wait for the event.';

/** What consumers say of tokens that they got: that an API refuses them, or that somebody else may have them. */
@Injectable()
export class TokenReports {
  constructor(
    private readonly entitled: EntitledConnections,
    private readonly connections: Connections,
    private readonly commands: ConsumerCommands,
    private readonly credentials: CredentialsCommands,
    private readonly refreshes: Refreshes,
    private readonly audit: AuditLog,
  ) {}

  /** @throws NotEntitled, ConnectionUnknown, and the errors of CommandClient */
  async take(
    caller: Principal,
    wanted: Wanted,
    report: { version: number; reason: ReportReason; token?: string | undefined },
  ): Promise<ReportOutcome> {
    const { version, reason, token } = report;
    if (reason === 'exposed') return this.exposed(caller, wanted, version);
    const { connection } = await this.entitled.find(caller, wanted);
    await this.record(connection.id, report, 'done');
    return this.commands.refresh(caller, wanted, { supersedes: version, token });
  }

  private async exposed(caller: Principal, wanted: Wanted, version: number): Promise<ReportOutcome> {
    const { connection } = await this.entitled.find(caller, wanted);
    const { id } = connection;
    const { deadlineMs } = this.refreshes;
    const asked = Date.now();
    let replaced = version;
    try {
      const command = { connectionId: id, version, requestedBy: requesterOf(caller) };
      const reply = await this.credentials.expose(command, deadlineMs);
      // The version that is newer already may be another token's, which is replaced as well.
      if (reply.orderId !== null) replaced = Math.max(version, reply.version);
      await this.record(id, { version, reason: 'exposed' }, 'done');
    } catch (error) {
      const code = error instanceof LockkeeperError ? error.code : 'failed';
      await this.record(id, { version, reason: 'exposed', code }, 'failed');
      throw error;
    }
    await this.refreshes.arrival(id, replaced + 1, deadlineMs - (Date.now() - asked));
    return outcomeOf((await this.connections.byId(id)) ?? connection, replaced);
  }

  private record(id: string, details: Record<string, unknown>, outcome: AuditOutcome): Promise<void> {
    return this.audit.append({ action: 'token.reported', objectType: 'connection', objectId: id, outcome, details });
  }
}

function outcomeOf({ id, status, version }: HeldConnection, exposed: number): ReportOutcome {
  const readable = version > exposed && status !== 'revoked';
  const outcome = status === 'revoked' ? 'revoked' : readable ? 'rotated' : 'ordered';
  const hint = outcome === 'ordered' ? ORDERED_HINT : null;
  return { outcome, connectionId: id, status, version, hint, retryAfterSeconds: null, readable };
}
