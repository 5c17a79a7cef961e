import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // What events are compared with and told from, beside version and status.
  `ALTER TABLE connections ADD COLUMN token_fingerprint text, ADD COLUMN forecast jsonb`,
  // Of each API service only what was published of it: whether its client is accepted.
  `CREATE TABLE api_services (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    status text NOT NULL CHECK (status IN ('active', 'client_fault')),
    revision integer NOT NULL CHECK (revision >= 0),
    reason text,
    occurred_at timestamptz NOT NULL,
    publication_digest text NOT NULL
  )`,
];

export class EventFacts1790200000050 implements MigrationInterface {
  name = 'EventFacts1790200000050';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_services');
    await runner.query('ALTER TABLE connections DROP COLUMN forecast, DROP COLUMN token_fingerprint');
  }
}
