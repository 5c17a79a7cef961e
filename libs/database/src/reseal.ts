import { setTimeout as pause } from 'node:timers/promises';
import type { KeyRing } from '@lockkeeper/sealing';
import type { DataSource, EntityManager } from 'typeorm';

/** A column that holds sealed values. */
export interface SealedColumn {
  table: string;
  column: string;
  /** By which rows are known, a UUID and the primary key; `id` nearly everywhere. */
  key?: string;
}

export interface ResealOptions {
  keyRing: KeyRing;
  sealedColumns: readonly SealedColumn[];
  /** Rows of one statement: few, so that nobody waits for its locks. */
  batch: number;
  /** Rest between two of them. */
  pauseMs: number;
  onProgress?: (progress: SealedColumn & { resealed: number }) => void;
}

/** All sealed columns of one table: a row is written once, however many of them it has. */
interface SealedTable {
  table: string;
  key: string;
  columns: string[];
}

/** A row with something to do; its values column by column, null where one is sealed as the ring seals, or there is none. */
interface OldRow {
  id: string;
  sealed: (string | null)[];
}

/** How much of a table's columns was done, and how much was found that was to do. */
interface Pass {
  resealed: number[];
  found: number;
}

/** Of the first statement; from then on as many as hold a batch. */
const FIRST_PAGES = 8;
const MOST_PAGES = 500;

/** What wants to be done again: rows that somebody else held. */
const MOST_PASSES = 10;
const AGAIN_MS = 500;

/**
 * Seals anew, with the writing key and in the ring's form, whatever another key of the ring sealed, or this one in another form. Online: all of it
 * opens meanwhile, rows are held for a moment only, and a value that somebody else changes keeps that change. What is done shows by how it begins,
 * so that a second run goes on.
 * @param dataSource with two connections at least
 * @returns also how many values could not be had, since somebody else held their rows time and again; usually none
 * @throws SealingError where a value doesn't open: it stays as it is
 */
export async function reseal(
  dataSource: DataSource,
  options: ResealOptions,
): Promise<{ resealed: number; left: number }> {
  let [total, left] = [0, 0];
  for (const place of tablesOf(options.sealedColumns)) {
    const done = await resealTable(dataSource, place, options);
    place.columns.forEach((column, index) => {
      options.onProgress?.({ table: place.table, column, resealed: done.resealed[index]! });
    });
    total += sum(done.resealed);
    left += done.left;
  }
  return { resealed: total, left };
}

function tablesOf(columns: readonly SealedColumn[]): SealedTable[] {
  const tables = new Map<string, SealedTable>();
  for (const { table, column, key = 'id' } of columns) {
    const known = tables.get(table);
    if (known) known.columns.push(column);
    else tables.set(table, { table, key, columns: [column] });
  }
  return [...tables.values()];
}

/**
 * Until a pass over the whole table finds nothing more. Each goes as the rows lie on disk, so that a page is read once, and written once, not for each
 * of its rows; PostgreSQL tells what is to be done by how values begin, so that whatever is done already is only looked at there.
 *
 * A row moves when it is changed: whoever leases a connection writes it anew, its sealed values as they were, on another page perhaps. The first
 * pass takes minutes, and each of its statements sees the table of its own moment: a row that moves from before it to behind it is never seen. So those
 * that follow see one moment only, by one snapshot. In it each row has one place, and that is kept while the snapshot lives, whatever becomes of the row.
 * Where nothing is found, nothing was to be done at that moment; and nothing can be since, as the old values there were are all that can be copied.
 */
async function resealTable(
  dataSource: DataSource,
  place: SealedTable,
  options: ResealOptions,
): Promise<{ resealed: number[]; left: number }> {
  const first = await pass(dataSource, place, { ...options, rows: byPages(dataSource, place, options) });
  const { resealed } = first;
  let left = first.found - sum(resealed);
  for (let passes = 1; passes < MOST_PASSES; passes += 1) {
    if (left > 0) await pause(AGAIN_MS);
    const { resealed: counts, found } = await passOfOneMoment(dataSource, place, options);
    add(resealed, counts);
    left = found - sum(counts);
    if (found === 0) break;
  }
  return { resealed, left };
}

/** A snapshot that is held keeps PostgreSQL from tidying up: not for the first pass. What is found is written outside of it. */
function passOfOneMoment(dataSource: DataSource, place: SealedTable, options: ResealOptions): Promise<Pass> {
  return dataSource.transaction('REPEATABLE READ', (snapshot) =>
    pass(dataSource, place, { ...options, rows: byPages(snapshot, place, options) }),
  );
}

/** Once through the table. The next rows are read while these are written. */
async function pass(
  dataSource: DataSource,
  place: SealedTable,
  { pauseMs, keyRing, rows }: ResealOptions & { rows: AsyncGenerator<OldRow[]> },
): Promise<Pass> {
  const done: Pass = { resealed: place.columns.map(() => 0), found: 0 };
  let batch = await rows.next();
  while (batch.done !== true) {
    const old = batch.value;
    const [following, replaced] = await Promise.all([rows.next(), replace(dataSource, place, { rows: old, keyRing })]);
    add(done.resealed, replaced);
    done.found += sum(old.map(({ sealed }) => sealed.filter((value) => value !== null).length));
    if (pauseMs > 0) await pause(pauseMs);
    batch = following;
  }
  return done;
}

/** Of long values, which lie elsewhere, no more is read than their beginning. */
const selected = ({ table, key, columns }: SealedTable): string => {
  const isOld = (column: string): string => `left(${column}, length($1::text)) <> $1::text`;
  const old = columns.map((column) => `CASE WHEN ${isOld(column)} THEN ${column} END`);
  return `SELECT ${key}::text AS id, ARRAY[${old.join(', ')}]::text[] AS sealed FROM ${table} WHERE (${columns.map(isOld).join(' OR ')})`;
};

/** Some pages at a time, up to those that came meanwhile: no statement looks for long, and what one brings is bounded. */
async function* byPages(
  asked: DataSource | EntityManager,
  place: SealedTable,
  { batch, keyRing: { sealedPrefix } }: ResealOptions,
): AsyncGenerator<OldRow[]> {
  let [from, end, step] = [0, await pagesOf(asked, place), FIRST_PAGES];
  while (from < end) {
    const to = Math.min(from + step, end);
    const rows = await asked.query<OldRow[]>(`${selected(place)} AND ctid >= $2::tid AND ctid < $3::tid`, [
      ...[sealedPrefix, `(${from},0)`, `(${to},0)`],
    ]);
    for (let row = 0; row < rows.length; row += batch) yield rows.slice(row, row + batch);
    from = to;
    step = Math.min(MOST_PAGES, Math.max(1, Math.round((step * batch) / Math.max(1, rows.length))));
    if (from === end) end = await pagesOf(asked, place);
  }
}

async function pagesOf(asked: DataSource | EntityManager, { table }: SealedTable): Promise<number> {
  const [row] = await asked.query<[{ pages: number }]>(
    `SELECT (pg_relation_size($1::regclass) / current_setting('block_size')::int)::int AS pages`,
    [table],
  );
  return row.pages;
}

/** All of a row's values at once. @returns for each column, how many */
async function replace(
  dataSource: DataSource,
  place: SealedTable,
  { rows, keyRing }: { rows: OldRow[]; keyRing: KeyRing },
): Promise<number[]> {
  const { table, columns } = place;
  const anew = (value: string | null, id: string, column: string): string | null =>
    value === null ? null : keyRing.seal(keyRing.open(value, { table, id, column }), { table, id, column });
  const values = columns.flatMap((column, index) => [
    rows.map(({ sealed }) => sealed[index]!),
    rows.map(({ id, sealed }) => anew(sealed[index]!, id, column)),
  ]);
  const [counts] = await dataSource.query<[Record<string, number>]>(replacing(place), [
    rows.map(({ id }) => id),
    ...values,
  ]);
  return columns.map((_column, index) => counts[`c${index}`]!);
}

/** Only where a value is still the one that was opened. A row that somebody else holds is passed over: nobody waits here, so nobody's locks cross. */
function replacing({ table, key, columns }: SealedTable): string {
  const each = (text: (column: string, index: number) => string, between = ', '): string =>
    columns.map(text).join(between);
  const arrays = each((_column, index) => `$${2 * index + 2}::text[], $${2 * index + 3}::text[]`);
  return `WITH n AS (SELECT * FROM unnest($1::uuid[], ${arrays}) AS n (id, ${each((_column, index) => `old${index}, anew${index}`)})),
    free AS MATERIALIZED (SELECT t.${key} AS id FROM ${table} t WHERE t.${key} = ANY ($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED),
    replaced AS (
      UPDATE ${table} t SET ${each((column, index) => `${column} = CASE WHEN t.${column} = n.old${index} THEN n.anew${index} ELSE t.${column} END`)}
      FROM n JOIN free USING (id) WHERE t.${key} = n.id AND (${each((column, index) => `t.${column} = n.old${index}`, ' OR ')})
      RETURNING ${each((column, index) => `t.${column} = n.anew${index} AS done${index}`)})
    SELECT ${each((_column, index) => `(count(*) FILTER (WHERE done${index}))::int AS c${index}`)} FROM replaced`;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function add(totals: number[], counts: readonly number[]): void {
  counts.forEach((count, index) => (totals[index]! += count));
}
