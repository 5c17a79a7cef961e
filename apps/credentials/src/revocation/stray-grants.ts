import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { KeyRing, SealingError } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { Connection } from '../connections/connection.entity.js';
import type { Belonging } from '../connections/connections.js';
import { renewalOf } from '../token-endpoint/named-tokens.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { type Holder, holderOf, Revocations } from './revocations.js';

/** A refresh whose connection was forgotten. */
interface Forgotten extends Holder {
  ledgerId: string;
  tokenName: string | null;
}

const KNOWN = `ledger_id AS "ledgerId", connection_id AS "connectionId", api_service_id AS "apiServiceId", version, params, token_name AS "tokenName"`;

/**
 * Tokens that a provider gave, or may still give, for a connection that was deleted meanwhile. Nobody gets them, and they must not live on unseen
 * either: they are handed to revocation like the connection's other ones.
 */
@Injectable()
export class StrayGrants {
  private readonly logger = new Logger('revocation');

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly revocations: Revocations,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Deletes the connection, and its ledger with it. What is kept of its answers is handed over, and of refreshes whose answer may still
   * come, out of a replica's memory or its spool, it is remembered whose they were.
   */
  async forget(manager: EntityManager, { connection }: Belonging): Promise<void> {
    const holder = holderOf(connection);
    const { connectionId, apiServiceId, version, params } = holder;
    const kept = await manager.query<{ ledgerId: string; tokenName: string | null; answer: string }[]>(
      `SELECT id AS "ledgerId", token_name AS "tokenName", answer FROM refresh_ledger WHERE connection_id = $1 AND answer IS NOT NULL`,
      [connectionId],
    );
    for (const { answer, ...refresh } of kept)
      await this.settle(manager, { ...holder, ...refresh }, this.openedIfItOpens(refresh.ledgerId, answer));
    await manager.query(
      `INSERT INTO forgotten_refreshes (ledger_id, connection_id, api_service_id, version, params, token_name)
       SELECT l.id, $1, $2, $3, $4, l.token_name FROM refresh_ledger l
       WHERE l.connection_id = $1 AND l.answer IS NULL AND (l.outcome IS NULL OR l.outcome = 'indeterminate')`,
      [connectionId, apiServiceId, version, JSON.stringify(params)],
    );
    await manager.delete(Connection, { id: connectionId });
    const record = { action: 'connection.deleted', objectType: 'connection', objectId: connectionId };
    await this.audit.append(record, manager);
  }

  /** An answer whose refresh the ledger doesn't know. @returns false: nobody else does either */
  take(ledgerId: string, sealed: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [[forgotten]] = await manager.query<[Forgotten[], number]>(
        `DELETE FROM forgotten_refreshes WHERE ledger_id = $1 RETURNING ${KNOWN}`,
        [ledgerId],
      );
      if (forgotten) await this.settle(manager, forgotten, this.opened(ledgerId, sealed));
      return forgotten !== undefined;
    });
  }

  /** No spool holds an answer for so long. @returns how many went */
  async tidy(days: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      'DELETE FROM forgotten_refreshes WHERE forgotten_at < now() - make_interval(days => $1)',
      [days],
    );
    return count;
  }

  private async settle(manager: EntityManager, forgotten: Forgotten, answer: RawAnswer | null): Promise<void> {
    const { connectionId, ledgerId } = forgotten;
    const grant = answer && (await this.grantIn(forgotten, answer));
    if (grant !== null)
      await this.revocations.handOverStray(manager, forgotten, { grant, receivedAt: answer!.receivedAt });
    const action = grant === null ? 'connection.kept_answer_erased' : 'connection.kept_answer_revoked';
    const details = { ledgerId, status: answer?.status ?? null };
    await this.audit.append({ action, objectType: 'connection', objectId: connectionId, details }, manager);
    this.logger.log({ event: 'stray_grant', connectionId, ledgerId, held: grant !== null });
  }

  /** @throws SealingError */
  private opened(ledgerId: string, sealed: string): RawAnswer {
    const place = { table: 'refresh_ledger', id: ledgerId, column: 'answer' };
    return JSON.parse(this.keyRing.open(sealed, place).reveal()) as RawAnswer;
  }

  /** A key that left the ring must keep nobody from deleting a connection. */
  private openedIfItOpens(ledgerId: string, sealed: string): RawAnswer | null {
    try {
      return this.opened(ledgerId, sealed);
    } catch (error) {
      if (error instanceof SealingError) return null;
      throw error;
    }
  }

  /** Null where it is none, as far as the manifest knows. */
  private async grantIn({ apiServiceId, params, tokenName }: Forgotten, answer: RawAnswer): Promise<TokenGrant | null> {
    const apiService = await this.apiServices.byId(apiServiceId);
    const target = this.apiServices.target(apiService, { params });
    const manifest = tokenName === null ? target.manifest : renewalOf(target.manifest, tokenName);
    try {
      return await this.endpoint.readAnswer({ ...target, manifest }, answer, {});
    } catch (error) {
      if (error instanceof TokenFault) return null;
      throw error;
    }
  }
}
