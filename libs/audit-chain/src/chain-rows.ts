import type { EntityManager } from 'typeorm';
import type { EntryText, Link } from './chain.js';

/** A link with what it covers; `entry` is null where the row is gone. */
export interface ChainedEntry extends Link {
  entry: EntryText | null;
}

interface LinkRow {
  position: string;
  hash: string;
}

/** As it was left joined: all of it null where the row is gone. */
type EntryRow = EntryText | { [Name in keyof EntryText]: null };

/** PostgreSQL keeps microseconds, a JavaScript date doesn't: the time is made into text there. */
const ENTRY = `a.seq::text AS seq, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, a.actor, a.action,
  a.object_type AS "objectType", a.object_id AS "objectId", a.outcome, a.request_id AS "requestId", a.source_address AS "sourceAddress", a.details`;

/** Takes the oldest entries that have no link; those whose row is gone come as null. */
export async function takeUnchained(
  manager: EntityManager,
  limit: number,
): Promise<{ seq: string; entry: EntryText | null }[]> {
  const [taken] = await manager.query<[{ seq: string }[], number]>(
    `DELETE FROM audit_unchained WHERE seq IN (SELECT seq FROM audit_unchained ORDER BY seq LIMIT $1) RETURNING seq`,
    [limit],
  );
  const rows = await manager.query<({ taken: string } & EntryRow)[]>(
    `SELECT t.seq::text AS taken, ${ENTRY} FROM unnest($1::bigint[]) AS t(seq) LEFT JOIN audit_log a ON a.seq = t.seq
     ORDER BY t.seq`,
    [taken.map(({ seq }) => seq)],
  );
  return rows.map(({ taken: seq, ...entry }) => ({ seq, entry: entryOf(entry) }));
}

export async function appendLinks(manager: EntityManager, links: (Link & { seq: string })[]): Promise<void> {
  await manager.query(
    `INSERT INTO audit_chain (position, seq, hash) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])`,
    [links.map(({ position }) => position), links.map(({ seq }) => seq), links.map(({ hash }) => hash)],
  );
}

export async function lastLink(manager: EntityManager): Promise<Link | null> {
  const [row] = await manager.query<LinkRow[]>('SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1');
  return row ? linkOf(row) : null;
}

export async function linkAt(manager: EntityManager, position: number): Promise<Link | null> {
  const [row] = await manager.query<LinkRow[]>('SELECT position, hash FROM audit_chain WHERE position = $1', [
    position,
  ]);
  return row ? linkOf(row) : null;
}

/** Links after a position, with their entries, in the chain's order. */
export async function chainedEntries(
  manager: EntityManager,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<ChainedEntry[]> {
  const rows = await manager.query<(LinkRow & EntryRow)[]>(
    `SELECT c.position, c.hash, ${ENTRY} FROM audit_chain c LEFT JOIN audit_log a ON a.seq = c.seq
     WHERE c.position > $1 AND c.position <= $2 ORDER BY c.position LIMIT $3`,
    [after, upTo, limit],
  );
  return rows.map(({ position, hash, ...entry }) => ({ ...linkOf({ position, hash }), entry: entryOf(entry) }));
}

/** The places without a link around those. @returns `to`: null where no link follows */
export async function gapAround(
  manager: EntityManager,
  { from, to }: { from: number; to: number },
): Promise<{ from: number; to: number | null }> {
  const [row] = await manager.query<[{ before: string | null; behind: string | null }]>(
    `SELECT (SELECT max(position) FROM audit_chain WHERE position < $1) AS before,
       (SELECT min(position) FROM audit_chain WHERE position > $2) AS behind`,
    [from, to],
  );
  return { from: Number(row.before ?? 0) + 1, to: row.behind === null ? null : Number(row.behind) - 1 };
}

export interface KeptHead {
  position: number;
  /** A compact JWS. */
  statement: string;
}

/** Newest first. */
export async function lastHeads(manager: EntityManager, limit: number): Promise<KeptHead[]> {
  return headsOf(
    await manager.query('SELECT position, statement FROM audit_heads ORDER BY position DESC LIMIT $1', [limit]),
  );
}

export async function headsWithin(
  manager: EntityManager,
  { after, upTo }: { after: number; upTo: number },
): Promise<KeptHead[]> {
  return headsOf(
    await manager.query('SELECT position, statement FROM audit_heads WHERE position > $1 AND position <= $2', [
      after,
      upTo,
    ]),
  );
}

export interface NotedBreak {
  position: number;
  statement: string | null;
  /** Null in entries of earlier versions. */
  mark: string | null;
}

/** Places of the chain that the log itself calls broken, the newest finding first. */
export async function notedBreaks(
  manager: EntityManager,
  { action, limit }: { action: string; limit: number },
): Promise<NotedBreak[]> {
  return manager.query(
    `SELECT (details->>'position')::float8 AS position, details->>'statement' AS statement, details->>'mark' AS mark
     FROM audit_log WHERE action = $1 AND details->>'position' ~ '^[1-9][0-9]{0,14}$' ORDER BY seq DESC LIMIT $2`,
    [action, limit],
  );
}

const headsOf = (rows: { position: string; statement: string }[]): KeptHead[] =>
  rows.map(({ position, statement }) => ({ position: Number(position), statement }));

const entryOf = (row: EntryRow): EntryText | null => (row.seq === null ? null : row);

const linkOf = ({ position, hash }: LinkRow): Link => ({ position: Number(position), hash });
