import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // The announcement of its death that stands, and the last time that a new token could do less: parts of each publication.
  `ALTER TABLE connections ADD COLUMN foretold_days integer, ADD COLUMN scope_reduction jsonb`,
  // Orders what is published of an API service itself.
  `ALTER TABLE api_services ADD COLUMN revision integer NOT NULL DEFAULT 0`,
];

export class EventFacts1790200000050 implements MigrationInterface {
  name = 'EventFacts1790200000050';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_services DROP COLUMN revision');
    await runner.query('ALTER TABLE connections DROP COLUMN scope_reduction, DROP COLUMN foretold_days');
  }
}
