import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { KeyRing } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';

export type RotationCause = 'scheduled' | 'command' | 'operator' | 'probe';
/** `outrun`: the connection went on without this refresh (a new consent, a revocation) while it was under way. */
export type LedgerOutcome = 'applied' | 'refused' | 'failed' | 'indeterminate' | 'outrun';

/** The right to refresh one connection, and the ledger row that says so. Void as soon as the connection's fence moved on. */
export interface Lease {
  ledgerId: string;
  connectionId: string;
  apiServiceId: string;
  supersededVersion: number;
  fence: number;
  cause: RotationCause;
}

/** An intent whose owner did not come back. */
export interface AbandonedLease extends Lease {
  answer: RawAnswer | null;
}

interface AbandonedRow extends Lease {
  answer: string | null;
}

const LEASE = `"ledgerId", "connectionId", "apiServiceId", "supersededVersion", fence, cause`;

/**
 * Who refreshes what. An intent is written before the provider is asked, and its raw answer is sealed here before anything reads it:
 * a refresh token that reached us survives every crash that follows. No lock is held while the provider is called.
 */
@Injectable()
export class RefreshLedger {
  /** Names this process in leases, for people who read them. */
  readonly owner = `${process.pid}-${randomUUID().slice(0, 8)}`;

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Leases what is due, each connection to one replica, oldest first; in one statement, so that nothing is leased without its intent. */
  claimDue(limit: number): Promise<Lease[]> {
    return this.claim(
      `c.refresh_at <= now() AND s.status = 'active' AND (s.paused_until IS NULL OR s.paused_until <= now())`,
      [limit, 'scheduled'],
    );
  }

  /** Leases the one connection, if its version is still `supersedes` and nobody else is at it; the caller knows that it can be refreshed. */
  async claimOne(connectionId: string, supersedes: number, cause: RotationCause): Promise<Lease | null> {
    const leases = await this.claim(`c.id = $5 AND c.version = $6`, [1, cause, connectionId, supersedes]);
    return leases[0] ?? null;
  }

  /** For an API service whose client is at fault: one connection tries, now and then, whether it is mended. */
  async claimProbes(): Promise<Lease[]> {
    const [services] = await this.dataSource.query<[{ id: string }[], number]>(
      `UPDATE api_services SET probe_at = now() + interval '5 minutes' WHERE status = 'client_fault' AND probe_at <= now() RETURNING id`,
    );
    const due = services.map(({ id }) =>
      this.claim(`c.api_service_id = $5 AND c.refresh_at <= now()`, [1, 'probe', id]),
    );
    return (await Promise.all(due)).flat();
  }

  /** The answer, sealed before it is read. @throws whatever the database throws: the caller spools it then */
  async recordAnswer(ledgerId: string, sealedAnswer: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE refresh_ledger SET answer = $2, answered_at = now(), suspected_at = NULL,
         outcome = CASE WHEN outcome = 'indeterminate' THEN NULL ELSE outcome END
       WHERE id = $1 AND answer IS NULL`,
      [ledgerId, sealedAnswer],
    );
  }

  sealAnswer(ledgerId: string, answer: RawAnswer): string {
    return this.keyRing.seal(JSON.stringify(answer), { table: 'refresh_ledger', id: ledgerId, column: 'answer' });
  }

  async close(manager: EntityManager, ledgerId: string, outcome: LedgerOutcome): Promise<void> {
    // An answer that was applied has done its work; one that was not may hold the only copy of a refresh token.
    await manager.query(
      `UPDATE refresh_ledger SET outcome = $2::text, closed_at = now(), answer = CASE WHEN $2::text = 'applied' THEN NULL ELSE answer END
       WHERE id = $1`,
      [ledgerId, outcome],
    );
  }

  /**
   * Open intents whose lease ran out: leased anew, so that one replica settles each. An unanswered one is only suspected at first,
   * and given a lease's time more: its owner may hold the answer in its spool, and be just as late as the database was away.
   */
  async claimAbandoned(limit: number): Promise<AbandonedLease[]> {
    const leaseSeconds = this.settings.CREDENTIALS_LEASE_SECONDS;
    await this.dataSource.query(
      `UPDATE refresh_ledger l SET suspected_at = now() FROM connections c
       WHERE c.id = l.connection_id AND l.outcome IS NULL AND l.answer IS NULL AND l.suspected_at IS NULL
         AND (c.lease_until IS NULL OR c.lease_until < now())`,
    );
    const rows = await this.dataSource.query<AbandonedRow[]>(
      `WITH abandoned AS (
         SELECT l.id, l.connection_id, l.superseded_version, l.cause, l.answer
         FROM refresh_ledger l JOIN connections c ON c.id = l.connection_id
         WHERE l.outcome IS NULL AND (c.lease_until IS NULL OR c.lease_until < now())
           AND (l.answer IS NOT NULL OR l.suspected_at < now() - make_interval(secs => $2))
         LIMIT $1 FOR UPDATE OF c, l SKIP LOCKED),
       leased AS (
         UPDATE connections c SET lease_owner = $3, lease_until = now() + make_interval(secs => $2), fence = c.fence + 1
         FROM abandoned a WHERE c.id = a.connection_id RETURNING c.id, c.fence::int AS fence, c.api_service_id)
       SELECT a.id AS "ledgerId", a.connection_id AS "connectionId", leased.api_service_id AS "apiServiceId",
         a.superseded_version AS "supersededVersion", leased.fence, a.cause, a.answer
       FROM abandoned a JOIN leased ON leased.id = a.connection_id`,
      [limit, leaseSeconds, this.owner],
    );
    return rows.map((row) => ({
      ...row,
      answer: row.answer === null ? null : this.openAnswer(row.ledgerId, row.answer),
    }));
  }

  private openAnswer(ledgerId: string, sealed: string): RawAnswer {
    const opened = this.keyRing.open(sealed, { table: 'refresh_ledger', id: ledgerId, column: 'answer' });
    return JSON.parse(opened.reveal()) as RawAnswer;
  }

  private claim(condition: string, [limit, cause, ...rest]: [number, RotationCause, ...unknown[]]): Promise<Lease[]> {
    return this.dataSource.query<Lease[]>(
      `WITH due AS (
         SELECT c.id FROM connections c JOIN api_services s ON s.id = c.api_service_id
         WHERE ${condition} AND c.status IN ('active', 'refresh_failing') AND (c.lease_until IS NULL OR c.lease_until < now())
           AND NOT EXISTS (SELECT FROM refresh_ledger l WHERE l.connection_id = c.id AND l.outcome IS NULL)
         ORDER BY c.refresh_at LIMIT $1 FOR UPDATE OF c SKIP LOCKED),
       leased AS (
         UPDATE connections c SET lease_owner = $3, lease_until = now() + make_interval(secs => $4), fence = c.fence + 1
         FROM due WHERE c.id = due.id RETURNING c.id, c.api_service_id, c.version, c.fence),
       intents AS (
         INSERT INTO refresh_ledger (id, connection_id, superseded_version, fence, owner, cause)
         SELECT gen_random_uuid(), id, version, fence, $3, $2 FROM leased RETURNING id, connection_id)
       SELECT ${LEASE} FROM (
         SELECT intents.id AS "ledgerId", leased.id AS "connectionId", leased.api_service_id AS "apiServiceId",
           leased.version AS "supersededVersion", leased.fence::int AS fence, $2::text AS cause
         FROM leased JOIN intents ON intents.connection_id = leased.id) AS leases`,
      [limit, cause, this.owner, this.settings.CREDENTIALS_LEASE_SECONDS, ...rest],
    );
  }
}
