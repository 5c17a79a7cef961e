import { setTimeout as pause } from 'node:timers/promises';
import type { KeyRing } from '@lockkeeper/sealing';
import type { DataSource } from 'typeorm';

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

/** A row's values, column by column; null where it is sealed as the ring seals, or there is none. */
interface OldRow {
  id: string;
  sealed: (string | null)[];
}

/** How much of a table's columns was done, and how much was found that was to do. */
interface Pass {
  resealed: number[];
  found: number;
}

/** No row has it. Without a special first page, every one is found by the primary key alone. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
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
 * Until a pass finds nothing more. The first goes as the rows lie on disk, since each page is then written once and not for each of its rows; but a
 * row may move from before it to behind it. So those that follow go by the primary key, which doesn't change.
 */
async function resealTable(
  dataSource: DataSource,
  place: SealedTable,
  options: ResealOptions,
): Promise<{ resealed: number[]; left: number }> {
  const resealed = place.columns.map(() => 0);
  let left = 0;
  for (let passes = 0; passes < MOST_PASSES; passes += 1) {
    const rows = passes === 0 ? byPages(dataSource, place, options) : byKey(dataSource, place, options);
    const { resealed: counts, found } = await pass(dataSource, place, { ...options, rows });
    add(resealed, counts);
    left = found - sum(counts);
    if (found === 0) break;
    if (left > 0) await pause(AGAIN_MS);
  }
  return { resealed, left };
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
    const old = batch.value.filter(({ sealed }) => sealed.some((value) => value !== null));
    const [following, replaced] = await Promise.all([rows.next(), replace(dataSource, place, { rows: old, keyRing })]);
    add(done.resealed, replaced);
    done.found += sum(old.map(({ sealed }) => sealed.filter((value) => value !== null).length));
    if (old.length > 0 && pauseMs > 0) await pause(pauseMs);
    batch = following;
  }
  return done;
}

/** Every row in its turn, with its values only if they are to be sealed anew: no statement ever looks for long, however little is left to do. */
const selected = ({ table, key, columns }: SealedTable): string => {
  const old = columns.map((column) => `CASE WHEN left(${column}, length($1)) <> $1 THEN ${column} END`);
  return `SELECT ${key}::text AS id, ARRAY[${old.join(', ')}]::text[] AS sealed FROM ${table}`;
};

async function* byKey(
  dataSource: DataSource,
  place: SealedTable,
  { batch, keyRing: { sealedPrefix } }: ResealOptions,
): AsyncGenerator<OldRow[]> {
  const { key } = place;
  for (let after = BEFORE_ALL; ;) {
    const rows = await dataSource.query<OldRow[]>(`${selected(place)} WHERE ${key} > $2 ORDER BY ${key} LIMIT $3`, [
      sealedPrefix,
      after,
      batch,
    ]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.id;
  }
}

/** Of the pages that there are at the beginning: what is written later is sealed with the writing key. */
async function* byPages(
  dataSource: DataSource,
  place: SealedTable,
  { batch, keyRing: { sealedPrefix } }: ResealOptions,
): AsyncGenerator<OldRow[]> {
  const [{ pages }] = await dataSource.query<[{ pages: number }]>(
    `SELECT (pg_relation_size($1::regclass) / current_setting('block_size')::int)::int AS pages`,
    [place.table],
  );
  let step = FIRST_PAGES;
  for (let from = 0; from < pages;) {
    const rows = await dataSource.query<OldRow[]>(`${selected(place)} WHERE ctid >= $2::tid AND ctid < $3::tid`, [
      ...[sealedPrefix, `(${from},0)`, `(${from + step},0)`],
    ]);
    for (let row = 0; row < rows.length; row += batch) yield rows.slice(row, row + batch);
    from += step;
    step = Math.min(MOST_PAGES, Math.max(1, Math.round((step * batch) / Math.max(1, rows.length))));
  }
}

/** All of a row's values at once. @returns for each column, how many */
async function replace(
  dataSource: DataSource,
  place: SealedTable,
  { rows, keyRing }: { rows: OldRow[]; keyRing: KeyRing },
): Promise<number[]> {
  const { table, columns } = place;
  if (rows.length === 0) return columns.map(() => 0);
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
