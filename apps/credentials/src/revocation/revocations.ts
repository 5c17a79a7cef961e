import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditRecord, auditProbe, probeFailed } from '@lockkeeper/audit-chain';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiService } from '../api-services/api-service.entity.js';
import type { Connection } from '../connections/connection.entity.js';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import type { RevocationCause, RevocationState } from './receipts.js';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';
import type { NamedToken, TokenGrant } from '../token-endpoint/token-grant.js';
import { isBound } from '../token-endpoint/wire-request.js';
import { neverAsked, retiredWhileFrozen } from './unasked.js';

export type SettledStatus = Exclude<RevocationState, 'revoke_pending'>;

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
  /** What the access token is bound to; null where it is bound to nothing. */
  dpopKey: Secret | null;
  captured: Record<string, unknown>;
  /** The connection's values for the manifest's fields, as they were. */
  params: Record<string, string>;
}

interface RevocationRow extends Omit<PendingRevocation, 'accessToken' | 'refreshToken' | 'captured' | 'dpopKey'> {
  accessToken: string | null;
  refreshToken: string | null;
  dpopKey: string | null;
  captured: string | null;
}

/** Whose tokens they are. The connection may be forgotten before its tokens are dead. */
export interface Holder {
  connectionId: string;
  apiServiceId: string;
  version: number;
  params: Record<string, string>;
}

interface Handover {
  cause: RevocationCause;
  accessToken: Secret | null;
  refreshToken: Secret | null;
  /** What the access token is bound to; null where it is bound to nothing. */
  dpopKey: Secret | null;
  captured: Record<string, unknown>;
  dueInSeconds: number;
}

/** What a client proves itself with, as it is kept. */
const CLIENT = `ARRAY[client_id, client_secret, staged_secret, client_keys, client_certificate, assertion_key, service_secrets]`;
const clientOf = (apiService: ApiService): (string | null)[] => [
  ...[apiService.clientId, apiService.clientSecret, apiService.stagedSecret, apiService.clientKeys],
  ...[apiService.clientCertificate, apiService.assertionKey, apiService.serviceSecrets],
];

const COLUMNS = `r.id, r.connection_id AS "connectionId", r.api_service_id AS "apiServiceId", r.cause, r.version, r.attempts,
  r.access_token AS "accessToken", r.refresh_token AS "refreshToken", r.captured, r.params, r.dpop_key AS "dpopKey"`;

/** What is to be revoked at providers, and what came of it: a queue that survives crashes, and its receipts. */
@Injectable()
export class Revocations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly seal: GrantSeal,
    private readonly audit: AuditLog,
  ) {}

  /** Call it before the connection receives its next token: the one that it holds is then dealt with as the manifest says. */
  async supersede(manager: EntityManager, { connection, apiService }: Belonging): Promise<void> {
    const { superseded } = apiService.manifest;
    if (superseded.policy === 'keep' || connection.accessToken === null) return;
    const { accessToken, captured } = this.seal.open(connection);
    const dpopKey = this.keyOf(connection, connection.tokenType);
    const dueInSeconds = superseded.graceSeconds ?? 0;
    const handover = { cause: 'superseded' as const, accessToken, refreshToken: null, dpopKey, captured, dueInSeconds };
    await this.enqueue(manager, holderOf(connection), handover);
  }

  /** The same for a named token. */
  async supersedeNamed(manager: EntityManager, { connection, apiService }: Belonging, name: string): Promise<void> {
    const { superseded } = apiService.manifest;
    if (superseded.policy === 'keep') return;
    const { namedTokens, captured } = this.seal.open(connection);
    const held = namedTokens[name];
    if (!held) return;
    const { accessToken, tokenType } = held;
    const dpopKey = this.keyOf(connection, tokenType);
    const dueInSeconds = superseded.graceSeconds ?? 0;
    const handover = { cause: 'superseded' as const, accessToken, refreshToken: null, dpopKey, captured, dueInSeconds };
    await this.enqueue(manager, holderOf(connection), handover);
  }

  /**
   * The connection lives on; the access tokens that it holds must not. Call it before newer ones are asked for: a crash in between must not lose
   * them.
   */
  async expose(manager: EntityManager, { connection }: Belonging): Promise<void> {
    const { accessToken, namedTokens, captured } = this.seal.open(connection);
    const common = { cause: 'exposed' as const, refreshToken: null, captured, dueInSeconds: 0 };
    const own = accessToken === null ? [] : [{ accessToken, tokenType: connection.tokenType }];
    for (const held of [...own, ...Object.values(namedTokens)]) {
      const dpopKey = this.keyOf(connection, held.tokenType);
      await this.enqueue(manager, holderOf(connection), { ...common, accessToken: held.accessToken, dpopKey });
    }
  }

  /** Call it before the connection erases its secrets. The id of its own token's; null where it has none. Named tokens follow in the queue. */
  async handOver(manager: EntityManager, { connection }: Belonging): Promise<string | null> {
    const { namedTokens, captured, accessToken, refreshToken } = this.seal.open(connection);
    if (accessToken === null && refreshToken === null) return null;
    const common = { cause: 'revoked' as const, captured, dueInSeconds: 0 };
    for (const { tokenType, ...held } of Object.values(namedTokens)) {
      const dpopKey = this.keyOf(connection, tokenType);
      await this.enqueue(manager, holderOf(connection), { ...common, ...tokensIn(held), dpopKey });
    }
    const dpopKey = this.keyOf(connection, connection.tokenType);
    return this.enqueue(manager, holderOf(connection), { ...common, accessToken, refreshToken, dpopKey });
  }

  /**
   * The grant died by itself, and its own tokens with it; the named ones may live on at the provider. Call it before the connection erases them.
   * Only what the manifest has a way for: nobody asked for a revocation, and a receipt that tells of none would be noise.
   */
  async handOverNamed(manager: EntityManager, { connection, apiService }: Belonging, now: Date): Promise<void> {
    const { revoke } = apiService.manifest;
    if (!revoke || 'byUserAt' in revoke || connection.namedTokens === null) return;
    const { namedTokens, captured } = this.seal.open(connection);
    for (const held of Object.values(namedTokens)) {
      const isLiving = held.expiresAt === null || new Date(held.expiresAt) > now;
      const accessToken = isLiving && revoke.tokens.includes('access_token') ? held.accessToken : null;
      const refreshToken = revoke.tokens.includes('refresh_token') ? held.refreshToken : null;
      if (accessToken === null && refreshToken === null) continue;
      const dpopKey = this.keyOf(connection, held.tokenType);
      const handover = { cause: 'lapsed' as const, accessToken, refreshToken, dpopKey, captured, dueInSeconds: 0 };
      await this.enqueue(manager, holderOf(connection), handover);
    }
  }

  /** Whether the connection got a grant since its tokens were handed over. */
  async isFollowed({ connectionId, version }: PendingRevocation): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT FROM connections WHERE id = $1 AND version > $2 AND authorized_at IS NOT NULL
         AND status IN ('active', 'refresh_failing')`,
      [connectionId, version],
    );
    return rows.length > 0;
  }

  /** What a provider gave for a connection that had ended by then: nobody got it, and nobody shall. */
  async handOverStray(
    manager: EntityManager,
    holder: Holder,
    { grant, receivedAt }: { grant: TokenGrant; receivedAt: string },
  ): Promise<void> {
    const { accessToken, refreshToken, refreshTokenKept, tokenType, captured, dpopKey = null } = grant;
    const common = { cause: 'revoked' as const, captured, dueInSeconds: 0 };
    const keyOf = (type: string): Secret | null => (isBound(type) ? dpopKey : null);
    const own = { accessToken, refreshToken: refreshTokenKept ? null : refreshToken, tokenType };
    const named = Object.values(grant.namedTokens).filter(({ issuedAt }) => issuedAt === receivedAt);
    for (const held of [own, ...named])
      await this.enqueue(manager, holder, { ...common, ...tokensIn(held), dpopKey: keyOf(held.tokenType) });
  }

  /**
   * Takes what is due, or the one that is named, for as long as the lease lasts. Where the API service is frozen, it waits.
   * @throws AuditUnavailable: nothing is sent then
   */
  async claim({
    id,
    limit,
    leaseSeconds,
  }: {
    id?: string;
    limit: number;
    leaseSeconds: number;
  }): Promise<PendingRevocation[]> {
    const claimed = this.dataSource.query<[RevocationRow[], number]>(
      `WITH due AS (
         SELECT id FROM revocations WHERE status = 'revoke_pending' AND due_at <= now() AND ($3::uuid IS NULL OR id = $3)
           AND (leased_until IS NULL OR leased_until < now())
           AND NOT EXISTS (SELECT FROM api_services s WHERE s.id = api_service_id AND s.frozen IS NOT NULL)
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       ${auditProbe('due')}
       UPDATE revocations r SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1
       FROM due JOIN probe ON probe.takes WHERE r.id = due.id RETURNING ${COLUMNS}`,
      [limit, leaseSeconds, id ?? null],
    );
    const [rows] = await claimed.catch(probeFailed);
    return rows.map((row) => this.opened(row));
  }

  /** Settled for good: the tokens are erased, the receipt stays, and what the provider said last is in the audit log. */
  async settle(pending: PendingRevocation, status: SettledStatus, receipt: RevocationReceipt): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `UPDATE revocations SET status = $2, receipt = $3, settled_at = now(), access_token = NULL, refresh_token = NULL, captured = NULL,
           dpop_key = NULL
         WHERE id = $1`,
        [pending.id, status, JSON.stringify(receipt)],
      );
      await this.audit.append(auditOf(pending, status, receipt), manager);
    });
  }

  /**
   * Of API services that were retired while nobody may be asked for them: settled without having been tried, which the receipts say. What another
   * replica has in hand is left to it.
   * @returns how many
   */
  async abandonUnaskable(manager: EntityManager): Promise<number> {
    const [rows] = await manager.query<[(RevocationRow & { detail: string })[], number]>(
      `UPDATE revocations r SET status = 'unproved', settled_at = now(), access_token = NULL, refresh_token = NULL, captured = NULL, dpop_key = NULL
       FROM revocations held JOIN api_services s ON s.id = held.api_service_id
       WHERE r.id = held.id AND r.status = 'revoke_pending' AND (r.leased_until IS NULL OR r.leased_until < now())
         AND s.status = 'retired' AND s.frozen IS NOT NULL
       RETURNING r.id, r.connection_id AS "connectionId", r.api_service_id AS "apiServiceId", r.cause, r.version, r.attempts,
         held.access_token AS "accessToken", held.refresh_token AS "refreshToken", s.frozen->>'detail' AS detail`,
    );
    for (const { detail, ...row } of rows) {
      const receipt = neverAsked(row, retiredWhileFrozen(detail));
      await manager.query('UPDATE revocations SET receipt = $2 WHERE id = $1', [row.id, JSON.stringify(receipt)]);
      await this.audit.append(auditOf(row, 'unproved', receipt), manager);
    }
    return rows.length;
  }

  /**
   * At once where the client was at fault, and isn't the one any more that was sent: whoever mended it meanwhile found nothing that waited.
   * The row's lock has this and that change see one another, whichever is first.
   */
  async retryLater(
    { id, apiServiceId }: PendingRevocation,
    { seconds, receipt, sentAs }: { seconds: number; receipt: RevocationReceipt; sentAs: ApiService },
  ): Promise<void> {
    await this.dataSource.query(
      `WITH client AS (SELECT ${CLIENT} IS DISTINCT FROM $5::text[] AS is_another FROM api_services WHERE id = $4 FOR SHARE)
       UPDATE revocations SET leased_until = NULL, receipt = $3,
         due_at = CASE WHEN $6 AND client.is_another THEN now() ELSE now() + make_interval(secs => $2) END
       FROM client WHERE id = $1 AND status = 'revoke_pending'`,
      [id, seconds, JSON.stringify(receipt), apiServiceId, clientOf(sentAs), receipt.clientFault !== null],
    );
  }

  private async enqueue(manager: EntityManager, holder: Holder, handover: Handover): Promise<string> {
    const id = randomUUID();
    const sealed = (value: Secret | string | null, column: string): string | null =>
      value === null ? null : this.keyRing.seal(value, place(id, column));
    await manager.query(
      `INSERT INTO revocations (id, connection_id, api_service_id, cause, version, access_token, refresh_token, captured, params, dpop_key, status, due_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'revoke_pending', now() + make_interval(secs => $11)
       WHERE $4 <> 'superseded' OR NOT EXISTS (SELECT FROM revocations WHERE connection_id = $2 AND version = $5 AND cause = 'exposed')`,
      [
        ...[id, holder.connectionId, holder.apiServiceId, handover.cause, holder.version],
        ...[sealed(handover.accessToken, 'access_token'), sealed(handover.refreshToken, 'refresh_token')],
        ...[sealed(JSON.stringify(handover.captured), 'captured'), JSON.stringify(holder.params)],
        sealed(handover.dpopKey, 'dpop_key'),
        handover.dueInSeconds,
      ],
    );
    return id;
  }

  /** What a token of that type is bound to. */
  private keyOf({ id, dpopKey }: Connection, tokenType: string | null): Secret | null {
    return isBound(tokenType) && dpopKey !== null ? this.seal.openDpopKey(id, dpopKey) : null;
  }

  private opened(row: RevocationRow): PendingRevocation {
    const open = (sealed: string | null, column: string): Secret | null =>
      sealed === null ? null : this.keyRing.open(sealed, place(row.id, column));
    return {
      ...row,
      accessToken: open(row.accessToken, 'access_token'),
      refreshToken: open(row.refreshToken, 'refresh_token'),
      dpopKey: open(row.dpopKey, 'dpop_key'),
      captured: JSON.parse(open(row.captured, 'captured')?.reveal() ?? '{}') as Record<string, unknown>,
    };
  }
}

/** A token that nobody proved to be dead is a failure, whoever's. */
const auditOf = (
  {
    id,
    connectionId,
    cause,
    version,
    attempts,
  }: Omit<RevocationRow, 'params' | 'captured' | 'dpopKey' | 'accessToken' | 'refreshToken'>,
  status: SettledStatus,
  { requests, notProved }: RevocationReceipt,
): AuditRecord => ({
  action: `connection.provider_${status}`,
  objectType: 'connection',
  objectId: connectionId,
  outcome: status === 'revoked' ? 'done' : 'failed',
  details: {
    ...{ revocationId: id, cause, version, attempts, notProved },
    answers: requests.map((request) => ({ token: request.token, outcome: request.outcome, status: request.status })),
  },
});

const place = (id: string, column: string) => ({ table: 'revocations', id, column });

export const holderOf = ({ id: connectionId, apiServiceId, version, params }: Connection): Holder => ({
  ...{ connectionId, apiServiceId, version, params },
});

const tokensIn = ({ accessToken, refreshToken }: Pick<NamedToken, 'accessToken' | 'refreshToken'>) => ({
  accessToken,
  refreshToken,
});
