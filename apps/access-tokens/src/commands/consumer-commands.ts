import { Injectable } from '@nestjs/common';
import { type Principal, requesterOf } from '@lockkeeper/access-control';
import { AuditLog, type AuditOutcome } from '@lockkeeper/audit-chain';
import type { NoticeCommand, NoticeReply, RefreshReply } from '@lockkeeper/contracts';
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
  async refresh(
    caller: Principal,
    wanted: Wanted,
    { supersedes, token, scopes = [] }: { supersedes: number; token?: string | undefined; scopes?: string[] },
  ): Promise<RefreshReply & { readable: boolean }> {
    const { connection: held } = await this.entitled.find(caller, wanted);
    const ungranted = beyond(held, scopes);
    if (ungranted.length > 0) return this.askToWiden(caller, held, ungranted);
    // What is here already needn't be asked for, not even while credentials is away.
    if (held.version > supersedes) return { ...replyFrom(held, 'already_rotated'), readable: true };
    const refreshed = await this.refreshes.newer({
      connectionId: held.id,
      supersedes,
      token,
      requestedBy: requesterOf(caller),
    });
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
    const { connection: held } = await this.entitled.find(caller, wanted);
    return this.send(held.id, { requestedBy: requesterOf(caller), ...(reason !== undefined && { reason }) });
  }

  private async send(connectionId: string, command: Omit<NoticeCommand, 'connectionId'>): Promise<NoticeReply> {
    try {
      const reply = await this.commands.notify({ connectionId, ...command }, this.refreshes.deadlineMs);
      await this.record('notice.requested', connectionId, { outcome: 'done', details: { ...reply } });
      return reply;
    } catch (error) {
      await this.record('notice.requested', connectionId, { outcome: 'failed', details: { code: codeOf(error) } });
      throw error;
    }
  }

  /** RFC 6749 section 6: a refresh never brings more than was granted. Only the user can. */
  private async askToWiden(
    caller: Principal,
    held: HeldConnection,
    scopes: string[],
  ): Promise<RefreshReply & { readable: boolean }> {
    const reason = `A program needs more than was granted: ${scopes.join(' ')}`.slice(0, LONGEST_REASON);
    await this.send(held.id, { reason, requestedBy: requesterOf(caller) });
    const hint = `Not granted: ${scopes.join(' ')}. A refresh does not widen a grant; the user was asked to reauthorize.`;
    return { ...replyFrom(held, 'not_refreshable'), hint, readable: false };
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

const LONGEST_REASON = 500;

/** What was never granted; nothing where nobody told what is. */
function beyond({ scope }: HeldConnection, wanted: readonly string[]): string[] {
  const granted = scope?.split(' ');
  return granted === undefined ? [] : wanted.filter((one) => !granted.includes(one));
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
