import { Injectable } from '@nestjs/common';
import { type Principal, actorOf } from '@lockkeeper/access-control';
import { AuditLog, type AuditOutcome } from '@lockkeeper/audit-chain';
import type { NoticeReply, RefreshReply } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import { EntitledConnections, type Wanted } from '../consumers/entitled-connections.js';
import { Connections } from '../intake/connections.js';
import type { HeldConnection } from '../intake/held-connection.js';
import { CredentialsCommands } from './credentials-commands.js';
import { type Refreshed, Refreshes } from './refreshes.js';

/** Consumers' demands on credentials: whether they may, what came of it, and the audit entry. */
@Injectable()
export class ConsumerCommands {
  constructor(
    private readonly entitled: EntitledConnections,
    private readonly connections: Connections,
    private readonly refreshes: Refreshes,
    private readonly commands: CredentialsCommands,
    private readonly audit: AuditLog,
  ) {}

  /** @throws NotEntitled, ConnectionUnknown, and the errors of CommandClient */
  async refresh(caller: Principal, wanted: Wanted, supersedes: number): Promise<RefreshReply & { readable: boolean }> {
    const held = await this.entitled.find(caller, wanted);
    // What is here already needn't be asked for, not even while credentials is away.
    if (held.version > supersedes) return { ...replyFrom(held, 'already_rotated'), readable: true };
    const refreshed = await this.refreshes.newer({ connectionId: held.id, supersedes, requestedBy: actorOf(caller) });
    const reply = await this.replyOf(held, refreshed);
    await this.record('token.refresh_requested', held.id, {
      outcome: reply === null ? 'failed' : 'done',
      details: { supersedes, outcome: reply?.outcome ?? codeOf(refreshed.trouble) },
    });
    if (reply === null) throw refreshed.trouble!;
    return { ...reply, readable: refreshed.arrived };
  }

  /** @throws NotEntitled, ConnectionUnknown, and the errors of CommandClient */
  async notify(caller: Principal, wanted: Wanted, reason: string | undefined): Promise<NoticeReply> {
    const held = await this.entitled.find(caller, wanted);
    const command = { connectionId: held.id, requestedBy: actorOf(caller), ...(reason !== undefined && { reason }) };
    try {
      const reply = await this.commands.notify(command, this.refreshes.deadlineMs);
      await this.record('notice.requested', held.id, { outcome: 'done', details: { ...reply } });
      return reply;
    } catch (error) {
      await this.record('notice.requested', held.id, { outcome: 'failed', details: { code: codeOf(error) } });
      throw error;
    }
  }

  /** The newer version may have come before the reply, or the reply may have got lost: then what is here tells what happened. */
  private async replyOf(held: HeldConnection, { reply, arrived }: Refreshed): Promise<RefreshReply | null> {
    if (reply !== null || !arrived) return reply;
    return replyFrom((await this.connections.byId(held.id)) ?? held, 'rotated');
  }

  private record(
    action: string,
    id: string,
    what: { outcome: AuditOutcome; details: Record<string, unknown> },
  ): Promise<void> {
    return this.audit.append({ action, objectType: 'connection', objectId: id, ...what });
  }
}

const replyFrom = ({ id, status, version }: HeldConnection, outcome: RefreshReply['outcome']): RefreshReply => ({
  outcome,
  connectionId: id,
  status,
  version,
  hint: null,
  retryAfterSeconds: null,
});

const codeOf = (error: unknown): string => (error instanceof LockkeeperError ? error.code : 'failed');
