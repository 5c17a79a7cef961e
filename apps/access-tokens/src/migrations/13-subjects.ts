import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A consumer that is the subject of a foreign issuer's tokens, as one rule lets it in: nobody made it by hand. */
const UP = [
  `ALTER TABLE consumers ADD COLUMN issuer text, ADD COLUMN subject text, ADD COLUMN rule text,
     ADD CHECK ((issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (rule IS NULL))`,
  `CREATE UNIQUE INDEX consumers_subject ON consumers (issuer, subject, rule) WHERE issuer IS NOT NULL`,
];

export class Subjects1790200000122 implements MigrationInterface {
  name = 'Subjects1790200000122';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE consumers DROP COLUMN issuer, DROP COLUMN subject, DROP COLUMN rule');
  }
}
