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

interface ChainedRow extends LinkRow {
  entry: EntryText | null;
}

/** PostgreSQL keeps microseconds, a JavaScript date doesn't: both time and whole entry are made into text there. */
const ENTRY = `CASE WHEN a.seq IS NULL THEN NULL ELSE jsonb_build_object(
  'seq', a.seq::text, 'at', to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'actor', a.actor, 'action', a.action, 'objectType', a.object_type, 'objectId', a.object_id, 'outcome', a.outcome,
  'requestId', a.request_id, 'sourceAddress', a.source_address, 'details', a.details) END`;

/** Takes the oldest entries that have no link; those whose row is gone come as null. */
export async function takeUnchained(
  manager: EntityManager,
  limit: number,
): Promise<{ seq: string; entry: EntryText | null }[]> {
  const [taken] = await manager.query<[{ seq: string }[], number]>(
    `DELETE FROM audit_unchained WHERE seq IN (SELECT seq FROM audit_unchained ORDER BY seq LIMIT $1) RETURNING seq`,
    [limit],
  );
  return manager.query(
    `SELECT t.seq::text AS seq, ${ENTRY} AS entry FROM unnest($1::bigint[]) AS t(seq) LEFT JOIN audit_log a ON a.seq = t.seq
     ORDER BY t.seq`,
    [taken.map(({ seq }) => seq)],
  );
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
  const rows = await manager.query<ChainedRow[]>(
    `SELECT c.position, c.hash, ${ENTRY} AS entry FROM audit_chain c LEFT JOIN audit_log a ON a.seq = c.seq
     WHERE c.position > $1 AND c.position <= $2 ORDER BY c.position LIMIT $3`,
    [after, upTo, limit],
  );
  return rows.map((row) => ({ ...linkOf(row), entry: row.entry }));
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

const linkOf = ({ position, hash }: LinkRow): Link => ({ position: Number(position), hash });
