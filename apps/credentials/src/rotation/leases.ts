import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { auditProbe, probeFailed } from '@lockkeeper/audit-chain';
import { prepared } from '@lockkeeper/database';
import { reached } from '@lockkeeper/observability';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Connection } from '../connections/connection.entity.js';
import { connectionColumns, connectionOf, type ConnectionRow } from '../connections/connection-rows.js';
import { BREAKER_TROUBLES, PER_SECOND } from './provider-pace.js';

/** `issue`: somebody wants a grant that needs no user to begin, or to begin anew. `replay`: a kept answer is read once more. */
export type RotationCause = 'scheduled' | 'command' | 'operator' | 'probe' | 'issue' | 'replay';

/** The right to refresh one connection, and the ledger row that says so. Void as soon as the connection's fence moved on. */
export interface Lease {
  ledgerId: string;
  connectionId: string;
  apiServiceId: string;
  supersededVersion: number;
  fence: number;
  cause: RotationCause;
  /** Which of the connection's tokens; null for its own. */
  tokenName: string | null;
  /** The connection as the lease left it; null where the lease was taken over from somebody who did not come back. */
  seen: Connection | null;
}

/** A lease that was just taken, and by which moment of this process its request has to be on its way. */
export interface FreshLease extends Lease {
  seen: Connection;
  /** Of `performance.now()`: after it the lease may end before the answer comes, and somebody else may send. */
  sendBeforeMs: number;
}

/** How much of this replica is free, and what each API service has under way in it. */
export interface Capacity {
  free: number;
  underWay: ReadonlyMap<string, number>;
  limit: number;
}

/** Of so many due connections of an API service the order of urgency is exact; of more it is as long as those that end first are due. */
const SAMPLE = 250;

const FREE = `(c.lease_until IS NULL OR c.lease_until < now())`;
const CLAIMABLE = `c.status IN ('pending', 'active', 'refresh_failing') AND c.withheld_ledger_id IS NULL AND ${FREE}`;
/** One look into an index for each row that it is asked of. As NOT EXISTS it would be a join, and of all open intents for each due connection. */
const NO_OPEN_INTENT = `(SELECT true FROM refresh_ledger l WHERE l.connection_id = c.id AND l.outcome IS NULL LIMIT 1) IS NULL`;

/**
 * How many more of each API service: none has more than twice as many under way as stay free, so that even if several of them hang, something
 * is left for the others; one at a time where the breaker is half open; and no more than the rate sends soon: none at all while its turns are
 * taken for longer than a second, or they would be leased, and given back unsent, over and over.
 */
const ROOMS = `SELECT s.id, greatest(0, CASE
    WHEN s.next_send_at > now() + interval '1 second' THEN 0
    WHEN s.troubles >= ${BREAKER_TROUBLES} THEN 1 - coalesce(busy.under_way, 0)
    ELSE least((2 * $5::int - coalesce(busy.under_way, 0) + 2) / 3, ceil(${PER_SECOND})::int - coalesce(busy.under_way, 0)) END) AS room
  FROM api_services s LEFT JOIN unnest($6::uuid[], $7::int[]) AS busy (id, under_way) ON busy.id = s.id
  WHERE s.status = 'active' AND s.frozen IS NULL AND (s.paused_until IS NULL OR s.paused_until <= now())`;

/**
 * Of an API service, whom it may be worth to look at, the most urgent first: who is due longest, and of those that end first who is due. Both walks
 * end after a sample, however many are due or are not.
 */
const CANDIDATES = `SELECT id, refresh_by FROM (
    SELECT c.id, c.refresh_by FROM connections c WHERE c.api_service_id = rooms.id AND ${CLAIMABLE} AND c.refresh_at <= now()
    ORDER BY c.refresh_at LIMIT ${SAMPLE}) AS due_longest
  UNION
  SELECT id, refresh_by FROM (
    SELECT c.id, c.refresh_by, c.refresh_at FROM connections c WHERE c.api_service_id = rooms.id AND c.refresh_at IS NOT NULL
    ORDER BY c.refresh_by, c.refresh_at LIMIT ${SAMPLE}) AS ending_first WHERE refresh_at <= now()
  ORDER BY refresh_by`;

/** One by one, until there are enough. `IS TRUE` leaves the planner the primary key alone: it may take few to be due and walk through all that are. */
const MOST_URGENT = `SELECT one.id, one.refresh_by FROM (${CANDIDATES}) AS candidate CROSS JOIN LATERAL (
    SELECT c.id, c.refresh_by FROM connections c
    WHERE c.id = candidate.id AND ${CLAIMABLE} AND (c.refresh_at <= now()) IS TRUE AND ${NO_OPEN_INTENT} FOR UPDATE OF c SKIP LOCKED) AS one
  LIMIT rooms.room`;

const DUE = `SELECT urgent.id FROM (${ROOMS}) AS rooms CROSS JOIN LATERAL (${MOST_URGENT}) AS urgent ORDER BY urgent.refresh_by LIMIT $1`;

/** Who asks for a grant to begin anew, or knows that an answer was kept unread, asks on purpose. */
const ON_PURPOSE = `${FREE} AND ($2::text = 'issue' OR ($2::text = 'operator' AND c.status = 'refresh_failing'))`;

const one = (condition: string): string =>
  `SELECT c.id FROM connections c WHERE ${condition} AND ((${CLAIMABLE}) OR (${ON_PURPOSE})) AND ${NO_OPEN_INTENT}
   ORDER BY c.refresh_at LIMIT $1 FOR UPDATE OF c`;

/** Leases the candidates, each with its intent, and gives their rows: whoever refreshes them needn't look for them. */
const claimOf = (candidates: string, { columns, tokenName }: { columns: string; tokenName: string }): string =>
  `WITH due AS (${candidates}),
  leased AS (
    UPDATE connections c SET lease_owner = $3, lease_until = now() + make_interval(secs => $4), fence = c.fence + 1
    FROM due WHERE c.id = due.id RETURNING ${columns}, c.refresh_by),
  ${auditProbe('leased')},
  intents AS (
    INSERT INTO refresh_ledger (id, connection_id, superseded_version, fence, owner, cause, token_name)
    SELECT gen_random_uuid(), id, version, fence, $3, $2, ${tokenName} FROM leased JOIN probe ON probe.takes
    RETURNING id AS "ledgerId", connection_id, token_name AS "tokenName")
  SELECT leased.*, intents."ledgerId", intents."tokenName"
  FROM leased JOIN intents ON intents.connection_id = leased.id ORDER BY leased.refresh_by`;

type Claimed = ConnectionRow & Pick<Lease, 'ledgerId' | 'tokenName'> & { refresh_by: unknown };

/**
 * Who may refresh what, for how long: by PostgreSQL's clock. A lease and its intent are one statement; no lock is held after it. There is no
 * lease while the audit log takes no entries: a refresh that could not be written down is not begun (decision 41).
 */
@Injectable()
export class Leases {
  /** Names this process in leases, for people who read them. */
  readonly owner = `${process.pid}-${randomUUID().slice(0, 8)}`;
  private columns: string | null = null;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Leases what is due, each connection to one replica, those first whose token or grant ends first. @throws AuditUnavailable */
  claimDue({ free, limit, underWay }: Capacity): Promise<FreshLease[]> {
    return this.claim(DUE, [limit, 'scheduled', free, [...underWay.keys()], [...underWay.values()]]);
  }

  /**
   * Leases the one connection, if its version is still `supersedes` and nobody else is at it; the caller knows that it can be refreshed.
   * Waits for whoever is just claiming or changing it: after a null, somebody else's lease or result can be seen.
   */
  async claimOne(
    { connectionId, tokenName }: { connectionId: string; tokenName: string | null },
    supersedes: number,
    cause: RotationCause,
  ): Promise<FreshLease | null> {
    const wanted = [connectionId, supersedes, tokenName];
    const leases = await this.claim(one('c.id = $5 AND c.version = $6'), [1, cause, ...wanted], '$7::text');
    return leases[0] ?? null;
  }

  /** For an API service whose client is at fault: one connection tries, now and then, whether it is mended. One API service at a time. */
  async claimProbe(): Promise<FreshLease[]> {
    const [[service]] = await this.dataSource.query<[{ id: string }[], number]>(
      `UPDATE api_services SET probe_at = now() + interval '5 minutes' WHERE id = (
         SELECT id FROM api_services WHERE status = 'client_fault' AND frozen IS NULL AND probe_at <= now()
         ORDER BY probe_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`,
    );
    return service
      ? this.claim(`${one('c.api_service_id = $5 AND c.refresh_at <= now()')} SKIP LOCKED`, [1, 'probe', service.id])
      : [];
  }

  private async claim(
    candidates: string,
    [limit, cause, ...rest]: [number, RotationCause, ...unknown[]],
    tokenName = 'leased."dueToken"',
  ): Promise<FreshLease[]> {
    reached('before_intent');
    // Taken before the statement is sent, so that a slow one shortens what is left, never lengthens it.
    const { CREDENTIALS_LEASE_SECONDS: leaseSeconds, CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: answerSeconds } =
      this.settings;
    const sendBeforeMs = performance.now() + (leaseSeconds - answerSeconds) * 1000;
    this.columns ??= connectionColumns(this.dataSource, 'c');
    const text = claimOf(candidates, { columns: this.columns, tokenName });
    const values = [limit, cause, this.owner, leaseSeconds, ...rest];
    // How the connection for a probe is best found hangs on how many there are.
    const claimed = this.dataSource.query<Claimed[]>(cause === 'probe' ? text : prepared(text), values);
    const rows = await claimed.catch(probeFailed);
    if (rows.length > 0) reached('after_intent');
    return rows.map((row) => leaseOf(row, { cause, sendBeforeMs }));
  }
}

function leaseOf(row: Claimed, since: Pick<FreshLease, 'cause' | 'sendBeforeMs'>): FreshLease {
  const { ledgerId, tokenName, refresh_by: _order, ...connection } = row;
  const seen = connectionOf(connection);
  const { id: connectionId, apiServiceId, version: supersededVersion, fence } = seen;
  return { ledgerId, connectionId, apiServiceId, supersededVersion, fence, tokenName, seen, ...since };
}
