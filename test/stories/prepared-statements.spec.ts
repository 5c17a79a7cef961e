import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { connectedDatabase, prepared } from '@lockkeeper/database';
import { freshDatabases } from '../support/databases.js';

const FIND = prepared('SELECT id FROM prepared_rows WHERE id = $1');
const LATER_MS = 60_000;

describe('prepared statements', () => {
  let dataSource: DataSource;
  let connection: QueryRunner;

  beforeAll(async () => {
    const { credentialsDatabaseUrl: url } = await freshDatabases();
    dataSource = await connectedDatabase({ type: 'postgres', url, extra: { pipeline: true } });
    connection = dataSource.createQueryRunner();
    await connection.query('CREATE TABLE prepared_rows (id int PRIMARY KEY) WITH (autovacuum_enabled = false)');
    await connection.query('INSERT INTO prepared_rows VALUES (1)');
    await connection.query('VACUUM ANALYZE prepared_rows');
  });

  afterAll(async () => {
    await connection?.release();
    await dataSource?.destroy();
  });

  /** So often that PostgreSQL keeps a plan for all values. */
  const askOften = async (): Promise<void> => {
    for (let times = 0; times < 10; times += 1) expect(await connection.query(FIND, [1])).toEqual([{ id: 1 }]);
  };
  const known = () => connection.manager.query<{ name: string }[]>('SELECT name FROM pg_prepared_statements');
  const plan = async (): Promise<string> => {
    const [{ name }] = (await known()) as [{ name: string }];
    return JSON.stringify(await connection.query(`EXPLAIN EXECUTE ${name}(1)`));
  };

  it('are parsed once by each connection, and others aren’t kept', async () => {
    await askOften();
    await connection.query('SELECT id FROM prepared_rows WHERE id >= $1', [1]);
    expect(await known()).toHaveLength(1);
  });

  it('are planned anew after a while, so that none is carried out as if its table were still small', async () => {
    await askOften();
    await connection.query('INSERT INTO prepared_rows SELECT generate_series(2, 50000)');
    expect(await plan()).toContain('Seq Scan');
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + LATER_MS);
    try {
      await askOften();
    } finally {
      clock.mockRestore();
    }
    expect(await plan()).toContain('Index Only Scan');
  });

  it('leave in one piece with whatever else is asked in the same turn', async () => {
    const { stream } = ((await connection.connect()) as { connection: { stream: Socket } }).connection;
    const pieces = [jest.spyOn(stream, '_write'), jest.spyOn(stream, '_writev' as '_write')];
    try {
      await Promise.all([connection.query(FIND, [1]), connection.query('SELECT 1'), connection.query(FIND, [2])]);
      expect(pieces.flatMap(({ mock }) => mock.calls)).toHaveLength(1);
    } finally {
      pieces.forEach((piece) => piece.mockRestore());
    }
  });

  it('fail like any other, and can be asked again', async () => {
    await connection.startTransaction();
    await expect(connection.query('SELECT no_such_column')).rejects.toThrow('no_such_column');
    await expect(connection.query(FIND, [1])).rejects.toThrow('current transaction is aborted');
    await connection.rollbackTransaction();
    expect(await connection.query(FIND, [1])).toEqual([{ id: 1 }]);
  });
});
