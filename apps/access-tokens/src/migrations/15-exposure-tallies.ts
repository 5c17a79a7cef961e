import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Written once, read once and deleted: compressing what is gone in a minute would cost more than it saves. */
const UP = [
  `CREATE TABLE exposure_tallies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection_ids uuid[] NOT NULL,
    versions integer[] NOT NULL,
    consumer_ids uuid[] NOT NULL,
    reads integer[] NOT NULL,
    last_at_ms bigint[] NOT NULL
  )`,
  `ALTER TABLE exposure_tallies ALTER connection_ids SET STORAGE EXTERNAL, ALTER versions SET STORAGE EXTERNAL,
     ALTER consumer_ids SET STORAGE EXTERNAL, ALTER reads SET STORAGE EXTERNAL, ALTER last_at_ms SET STORAGE EXTERNAL`,
];

export class ExposureTallies1790200000181 implements MigrationInterface {
  name = 'ExposureTallies1790200000181';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exposure_tallies');
  }
}
