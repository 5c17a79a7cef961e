import { Inject, Injectable } from '@nestjs/common';
import { Batcher, prepared } from '@lockkeeper/database';
import { KeyRing } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { type Lease, Leases } from './leases.js';

/**
 * `outrun`: the connection went on without this refresh (a new consent, a revocation) while it was under way.
 * `unsent`: nothing was sent, and the connection waits for another turn. `unread`: an answer came that may hold a refresh token, and can't be read.
 */
export type LedgerOutcome = 'applied' | 'refused' | 'failed' | 'indeterminate' | 'outrun' | 'unsent' | 'unread';

/** An intent whose owner did not come back, or whose answer somebody wants read once more. */
export interface KeptLease extends Lease {
  answer: RawAnswer | null;
}

interface KeptRow extends Omit<Lease, 'seen'> {
  answer: string | null;
}

export interface Closing {
  ledgerId: string;
  connectionId: string;
  fence: number;
  /** Null where somebody else has closed it already: then its lease alone ends. */
  outcome: LedgerOutcome | null;
  /** What the answer held has its place elsewhere now. */
  handedOver: boolean;
}

interface SealedAnswer {
  ledgerId: string;
  sealed: string;
}

const LEASED = `"ledgerId", connection_id AS "connectionId", api_service_id AS "apiServiceId",
  superseded_version AS "supersededVersion", fence, cause, answer, token_name AS "tokenName"`;

/**
 * Who refreshed what, and what came of it. An intent is written before the provider is asked, and its raw answer is sealed here before anything
 * reads it: a refresh token that reached us survives every crash that follows.
 */
@Injectable()
export class RefreshLedger {
  private readonly arriving = new Batcher<SealedAnswer, boolean>((answers) => this.record(answers), {
    batchSize: 128,
    atOnce: 2,
    gatherMs: 1,
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly leases: Leases,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The answer, sealed before it is read. @throws whatever the database throws: the caller spools it then
   * @returns false if there is no such refresh, and nothing was kept: its connection was deleted, or this is another database than that of its intent
   */
  recordAnswer(ledgerId: string, sealed: string): Promise<boolean> {
    return this.arriving.add({ ledgerId, sealed });
  }

  sealAnswer(ledgerId: string, answer: RawAnswer): string {
    return this.keyRing.seal(JSON.stringify(answer), { table: 'refresh_ledger', id: ledgerId, column: 'answer' });
  }

  /** Under the lock of its connection's row, which whoever closes it holds as well. */
  async isOpen(manager: EntityManager, ledgerId: string): Promise<boolean> {
    const open = await manager.query<unknown[]>('SELECT FROM refresh_ledger WHERE id = $1 AND outcome IS NULL', [
      ledgerId,
    ]);
    return open.length > 0;
  }

  async close(manager: EntityManager, closings: readonly Closing[]): Promise<void> {
    const open = closings.filter(({ outcome }) => outcome !== null);
    // An answer that was applied has done its work; one that was not may hold the only copy of a refresh token.
    await manager.query(
      prepared(`UPDATE refresh_ledger l SET outcome = c.outcome, closed_at = now(),
         answer = CASE WHEN c.outcome = 'applied' OR c.handed_over THEN NULL ELSE l.answer END
       FROM unnest($1::uuid[], $2::text[], $3::bool[]) AS c (id, outcome, handed_over) WHERE l.id = c.id`),
      [
        ...[open.map(({ ledgerId }) => ledgerId), open.map(({ outcome }) => outcome)],
        open.map(({ handedOver }) => handedOver),
      ],
    );
    await this.giveBack(
      manager,
      closings.filter(({ outcome }) => outcome === 'outrun' || outcome === null),
    );
  }

  /** A lease that was taken to settle what a connection had outrun by then is still held: nothing else ends it. */
  private async giveBack(manager: EntityManager, outrun: readonly Closing[]): Promise<void> {
    if (outrun.length === 0) return;
    await manager.query(
      `UPDATE connections c SET lease_owner = NULL, lease_until = NULL FROM unnest($1::uuid[], $2::bigint[]) AS o (id, fence)
       WHERE c.id = o.id AND c.fence = o.fence`,
      [outrun.map(({ connectionId }) => connectionId), outrun.map(({ fence }) => fence)],
    );
  }

  /**
   * Open intents whose lease ran out: leased anew, so that one replica settles each. An unanswered one is only suspected at first,
   * and given a lease's time more: its owner may hold the answer in its spool, and be just as late as the database was away.
   */
  async claimAbandoned(limit: number): Promise<KeptLease[]> {
    const leaseSeconds = this.settings.CREDENTIALS_LEASE_SECONDS;
    await this.dataSource.query(
      `UPDATE refresh_ledger l SET suspected_at = now() FROM connections c
       WHERE c.id = l.connection_id AND l.outcome IS NULL AND l.answer IS NULL AND l.suspected_at IS NULL
         AND (c.lease_until IS NULL OR c.lease_until < now())`,
    );
    const rows = await this.dataSource.query<KeptRow[]>(
      `WITH kept AS (
         SELECT l.id AS "ledgerId", l.connection_id, l.superseded_version, l.cause, l.answer, l.token_name
         FROM refresh_ledger l JOIN connections c ON c.id = l.connection_id
         WHERE l.outcome IS NULL AND (c.lease_until IS NULL OR c.lease_until < now())
           AND (l.answer IS NOT NULL OR l.suspected_at < now() - make_interval(secs => $2))
         LIMIT $1 FOR UPDATE OF c, l SKIP LOCKED),
       leased AS (
         UPDATE connections c SET lease_owner = $3, lease_until = now() + make_interval(secs => $2), fence = c.fence + 1
         FROM kept WHERE c.id = kept.connection_id RETURNING c.id, c.fence::int AS fence, c.api_service_id)
       SELECT ${LEASED} FROM kept JOIN leased ON leased.id = kept.connection_id`,
      [limit, leaseSeconds, this.leases.owner],
    );
    return rows.map((row) => this.opened(row));
  }

  /**
   * The newest refresh of the connection whose answer was kept and not applied, under a lease of its own; its intent is open again meanwhile.
   * Null where there is none, or where somebody is at the connection.
   */
  async claimKept(connectionId: string): Promise<KeptLease | null> {
    const rows = await this.dataSource.query<KeptRow[]>(
      `WITH newest AS (
         SELECT l.id FROM refresh_ledger l WHERE l.connection_id = $1 AND l.answer IS NOT NULL AND l.outcome IS NOT NULL
         ORDER BY l.intended_at DESC LIMIT 1),
       leased AS (
         UPDATE connections c SET lease_owner = $2, lease_until = now() + make_interval(secs => $3), fence = c.fence + 1
         WHERE c.id = $1 AND (c.lease_until IS NULL OR c.lease_until < now()) AND EXISTS (SELECT FROM newest)
           AND NOT EXISTS (SELECT FROM refresh_ledger l WHERE l.connection_id = c.id AND l.outcome IS NULL)
         RETURNING c.id, c.fence::int AS fence, c.api_service_id),
       kept AS (
         UPDATE refresh_ledger l SET outcome = NULL, closed_at = NULL FROM newest, leased WHERE l.id = newest.id
         RETURNING l.id AS "ledgerId", l.connection_id, l.superseded_version, 'replay' AS cause, l.answer, l.token_name)
       SELECT ${LEASED} FROM kept JOIN leased ON leased.id = kept.connection_id`,
      [connectionId, this.leases.owner, this.settings.CREDENTIALS_LEASE_SECONDS],
    );
    return rows[0] ? this.opened(rows[0]) : null;
  }

  /**
   * What was closed long ago, and was its connection's last word in nothing: an answer that somebody may still want read is kept.
   * @returns how many went
   */
  async tidy(days: number, limit: number): Promise<number> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM refresh_ledger WHERE id IN (
         SELECT l.id FROM refresh_ledger l WHERE l.closed_at < now() - make_interval(days => $1)
           AND NOT EXISTS (SELECT FROM connections c WHERE c.id = l.connection_id AND c.withheld_ledger_id = l.id)
         ORDER BY l.closed_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id`,
      [days, limit],
    );
    return rows.length;
  }

  private async record(answers: SealedAnswer[]): Promise<boolean[]> {
    const known = await this.dataSource.query<{ id: string }[]>(
      prepared(`WITH given AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS a (id, sealed)),
       kept AS (
         UPDATE refresh_ledger l SET answer = a.sealed, answered_at = now(), suspected_at = NULL,
           outcome = CASE WHEN l.outcome = 'indeterminate' THEN NULL ELSE l.outcome END
         FROM given a WHERE l.id = a.id AND l.answer IS NULL)
       SELECT l.id FROM refresh_ledger l JOIN given USING (id)`),
      [answers.map(({ ledgerId }) => ledgerId), answers.map(({ sealed }) => sealed)],
    );
    const ids = new Set(known.map(({ id }) => id));
    return answers.map(({ ledgerId }) => ids.has(ledgerId));
  }

  private opened(row: KeptRow): KeptLease {
    if (row.answer === null) return { ...row, answer: null, seen: null };
    const place = { table: 'refresh_ledger', id: row.ledgerId, column: 'answer' };
    return { ...row, seen: null, answer: JSON.parse(this.keyRing.open(row.answer, place).reveal()) as RawAnswer };
  }
}
