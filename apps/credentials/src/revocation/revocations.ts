import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';

export type RevocationCause = 'superseded' | 'revoked';
export type SettledStatus = 'revoked' | 'not_supported' | 'unproved';

/** Tokens that wait to be revoked at the provider: taken from their connection, which does not know them any more. */
export interface PendingRevocation {
  id: string;
  connectionId: string;
  apiServiceId: string;
  cause: RevocationCause;
  version: number;
  attempts: number;
  accessToken: Secret | null;
  refreshToken: Secret | null;
  captured: Record<string, unknown>;
  /** The connection's values for the manifest's fields, as they were. */
  params: Record<string, string>;
}

interface RevocationRow extends Omit<PendingRevocation, 'accessToken' | 'refreshToken' | 'captured'> {
  accessToken: string | null;
  refreshToken: string | null;
  captured: string | null;
}

interface Handover {
  cause: RevocationCause;
  accessToken: Secret | null;
  refreshToken: Secret | null;
  captured: Record<string, unknown>;
  dueInSeconds: number;
}

const COLUMNS = `r.id, r.connection_id AS "connectionId", r.api_service_id AS "apiServiceId", r.cause, r.version, r.attempts,
  r.access_token AS "accessToken", r.refresh_token AS "refreshToken", r.captured, r.params`;

/** What is to be revoked at providers, and what came of it: a queue that survives crashes, and its receipts. */
@Injectable()
export class Revocations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly seal: GrantSeal,
  ) {}

  /** Call it before the connection receives its next token: the one that it holds is then dealt with as the manifest says. */
  async supersede(manager: EntityManager, { connection, apiService }: Belonging): Promise<void> {
    const { superseded } = apiService.manifest;
    if (superseded.policy === 'keep' || connection.accessToken === null) return;
    const { accessToken, captured } = this.seal.open(connection);
    const dueInSeconds = superseded.graceSeconds ?? 0;
    await this.enqueue(
      manager,
      { connection, apiService },
      { cause: 'superseded', accessToken, refreshToken: null, captured, dueInSeconds },
    );
  }

  /** Call it before the connection erases its secrets. The id of its own token's; null where it has none. Named tokens follow in the queue. */
  async handOver(manager: EntityManager, { connection, apiService }: Belonging): Promise<string | null> {
    const { namedTokens, captured, ...own } = this.seal.open(connection);
    if (own.accessToken === null && own.refreshToken === null) return null;
    const common = { cause: 'revoked' as const, captured, dueInSeconds: 0 };
    for (const { accessToken, refreshToken } of Object.values(namedTokens))
      await this.enqueue(manager, { connection, apiService }, { ...common, accessToken, refreshToken });
    return this.enqueue(manager, { connection, apiService }, { ...common, ...own });
  }

  /** Takes what is due, or the one that is named, for as long as the lease lasts. */
  async claim({
    id,
    limit,
    leaseSeconds,
  }: {
    id?: string;
    limit: number;
    leaseSeconds: number;
  }): Promise<PendingRevocation[]> {
    const [rows] = await this.dataSource.query<[RevocationRow[], number]>(
      `WITH due AS (
         SELECT id FROM revocations WHERE status = 'revoke_pending' AND due_at <= now() AND ($3::uuid IS NULL OR id = $3)
           AND (leased_until IS NULL OR leased_until < now())
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE revocations r SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1
       FROM due WHERE r.id = due.id RETURNING ${COLUMNS}`,
      [limit, leaseSeconds, id ?? null],
    );
    return rows.map((row) => this.opened(row));
  }

  /** Settled for good: the tokens are erased, the receipt stays. */
  async settle(id: string, status: SettledStatus, receipt: RevocationReceipt): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocations SET status = $2, receipt = $3, settled_at = now(), access_token = NULL, refresh_token = NULL, captured = NULL
       WHERE id = $1`,
      [id, status, JSON.stringify(receipt)],
    );
  }

  async retryLater(id: string, seconds: number, receipt: RevocationReceipt): Promise<void> {
    await this.dataSource.query(
      `UPDATE revocations SET due_at = now() + make_interval(secs => $2), leased_until = NULL, receipt = $3 WHERE id = $1`,
      [id, seconds, JSON.stringify(receipt)],
    );
  }

  private async enqueue(
    manager: EntityManager,
    { connection, apiService }: Belonging,
    handover: Handover,
  ): Promise<string> {
    const id = randomUUID();
    const sealed = (value: Secret | string | null, column: string): string | null =>
      value === null ? null : this.keyRing.seal(value, place(id, column));
    await manager.query(
      `INSERT INTO revocations (id, connection_id, api_service_id, cause, version, access_token, refresh_token, captured, params, status, due_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'revoke_pending', now() + make_interval(secs => $10))`,
      [
        ...[id, connection.id, apiService.id, handover.cause, connection.version],
        ...[sealed(handover.accessToken, 'access_token'), sealed(handover.refreshToken, 'refresh_token')],
        ...[sealed(JSON.stringify(handover.captured), 'captured'), JSON.stringify(connection.params)],
        handover.dueInSeconds,
      ],
    );
    return id;
  }

  private opened(row: RevocationRow): PendingRevocation {
    const open = (sealed: string | null, column: string): Secret | null =>
      sealed === null ? null : this.keyRing.open(sealed, place(row.id, column));
    return {
      ...row,
      accessToken: open(row.accessToken, 'access_token'),
      refreshToken: open(row.refreshToken, 'refresh_token'),
      captured: JSON.parse(open(row.captured, 'captured')?.reveal() ?? '{}') as Record<string, unknown>,
    };
  }
}

const place = (id: string, column: string) => ({ table: 'revocations', id, column });
