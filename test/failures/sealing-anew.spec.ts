import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { holdsOlder, reseal } from '@lockkeeper/database';
import { KeyRing } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { freshDatabases } from '../support/databases.js';

const ROWS = 2000;
const FREE_PAGES = 3;

const keys = { k1: randomBytes(32).toString('base64url'), k2: randomBytes(32).toString('base64url') };
const [former, latter] = ['k1', 'k2'].map((writing) =>
  KeyRing.fromFile({ writing, format: 'lks2', keys }, 'credentials'),
) as [KeyRing, KeyRing];

/** What `keys:rotate` does in a table, while others work on it. */
describe('Sealing a table anew', () => {
  let source: DataSource;
  let values: Map<string, string>;

  beforeAll(async () => {
    const { credentialsDatabaseUrl: url } = await freshDatabases();
    source = await new DataSource({ type: 'postgres', url }).initialize();
    await source.query('CREATE TABLE kept (id uuid PRIMARY KEY, one text, other text, moved boolean)');
  });
  afterAll(() => source?.destroy());

  const place = (id: string, column: string) => ({ table: 'kept', id, column });
  beforeEach(async () => {
    await source.query('TRUNCATE kept');
    const rows = Array.from({ length: ROWS }, (_none, index) => ({ id: randomUUID(), plain: `value-${index}` }));
    await source.query('INSERT INTO kept (id, one, other) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])', [
      rows.map(({ id }) => id),
      rows.map(({ id, plain }) => former.seal(plain, place(id, 'one'))),
      rows.map(({ id, plain }, index) => (index % 2 === 0 ? former.seal(plain, place(id, 'other')) : null)),
    ]);
    values = new Map(rows.map(({ id, plain }) => [id, plain]));
  });

  const columns = [
    { table: 'kept', column: 'one' },
    { table: 'kept', column: 'other' },
  ];
  const anew = () => reseal(source, { keyRing: latter, sealedColumns: columns, batch: 10, pauseMs: 0 });

  const sealedBefore = async (): Promise<number> => {
    const old = `SELECT (count(*) FILTER (WHERE starts_with(one, 'lks2.k1.')) + count(*) FILTER (WHERE starts_with(other, 'lks2.k1.')))::int`;
    return (await source.query<[{ left: number }]>(`${old} AS left FROM kept`))[0].left;
  };

  /** Every value is the one that it was, in its place. */
  async function expectAllOpen(): Promise<void> {
    const rows = await source.query<{ id: string; one: string; other: string | null }[]>('SELECT * FROM kept');
    for (const { id, one, other } of rows) {
      expect(latter.open(one, place(id, 'one')).reveal()).toBe(values.get(id));
      if (other !== null) expect(latter.open(other, place(id, 'other')).reveal()).toBe(values.get(id));
    }
  }

  it('misses no row that moves, meanwhile, to a page that was looked at before', async () => {
    await source.query(`DELETE FROM kept WHERE ctid < '(${FREE_PAGES},0)'`);
    await source.query('VACUUM kept');
    const [far] = await source.query<{ id: string; page: number }[]>(
      `SELECT id, (ctid::text::point)[0]::int AS page FROM kept ORDER BY ctid DESC OFFSET 200 LIMIT 1`,
    );
    // With the first row that is sealed anew, one from far behind goes where there is room: in front of it.
    await source.query('CREATE TABLE moves (page int)');
    await source.query(
      `CREATE FUNCTION move_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF pg_trigger_depth() = 1 AND NOT EXISTS (SELECT FROM moves) THEN
           UPDATE kept SET moved = true WHERE id = '${far!.id}';
           INSERT INTO moves SELECT (ctid::text::point)[0] FROM kept WHERE id = '${far!.id}';
         END IF;
         RETURN NEW;
       END $$`,
    );
    await source.query('CREATE TRIGGER kept_moves BEFORE UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION move_one()');
    const before = await sealedBefore();
    try {
      expect(await anew()).toEqual({ resealed: before, left: 0 });
    } finally {
      await source.query('DROP TRIGGER kept_moves ON kept');
    }
    const [move] = await source.query<{ page: number }[]>('SELECT page FROM moves');
    expect(far!.page).toBeGreaterThan(FREE_PAGES + 20);
    expect(move!.page).toBeLessThan(FREE_PAGES);
    expect(await sealedBefore()).toBe(0);
    await expectAllOpen();
  });

  it('waits for nobody, tells what it could not have, and has it the next time', async () => {
    const holder = source.createQueryRunner();
    await holder.startTransaction();
    try {
      await holder.query('SELECT FROM kept WHERE other IS NOT NULL LIMIT 1 FOR UPDATE');
      expect(await anew()).toEqual({ resealed: ROWS * 1.5 - 2, left: 2 });
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
    expect(await sealedBefore()).toBe(2);
    expect(await anew()).toEqual({ resealed: 2, left: 0 });
    expect(await anew()).toEqual({ resealed: 0, left: 0 });
    await expectAllOpen();
  });

  it('is known to be wanting by a single value of an older form, in any column and on any page', async () => {
    const older = () => holdsOlder(source, { sealedColumns: columns });
    expect(await older()).toBe(false);
    const old = KeyRing.fromFile({ writing: 'k1', keys }, 'credentials');
    const [last] = await source.query<{ id: string }[]>('SELECT id FROM kept WHERE other IS NULL ORDER BY ctid DESC');
    const sealed = old.seal(values.get(last!.id)!, place(last!.id, 'other'));
    await source.query('UPDATE kept SET other = $2 WHERE id = $1', [last!.id, sealed]);
    expect(await older()).toBe(true);
    await anew();
    expect(await older()).toBe(false);
    await expectAllOpen();
  });

  it('stops at a value that doesn’t open, by its place, and leaves it as it is', async () => {
    const [some] = await source.query<{ id: string; one: string }[]>('SELECT id, one FROM kept LIMIT 1 OFFSET 700');
    const [other] = await source.query<{ one: string }[]>('SELECT one FROM kept LIMIT 1 OFFSET 900');
    await source.query('UPDATE kept SET one = $2 WHERE id = $1', [some!.id, other!.one]);
    await expect(anew()).rejects.toThrow(`kept.one of ${some!.id} was altered, moved`);
    expect(await source.query('SELECT one FROM kept WHERE id = $1', [some!.id])).toEqual([{ one: other!.one }]);
    await source.query('UPDATE kept SET one = $2 WHERE id = $1', [some!.id, some!.one]);
    expect(await anew()).toMatchObject({ left: 0 });
    expect(await sealedBefore()).toBe(0);
    await expectAllOpen();
  });
});
