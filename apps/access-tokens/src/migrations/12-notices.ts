import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // What publications told of notices. No references: it outlives what it is about, as audit entries do.
  `CREATE TABLE notices (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL,
    cause text NOT NULL,
    reason text NOT NULL,
    requested_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    sent_at timestamptz,
    channels jsonb NOT NULL,
    closed_at timestamptz,
    closed_because text,
    asked_revision integer
  )`,
  `CREATE INDEX notices_newest ON notices (opened_at, id)`,
  `CREATE INDEX notices_of_connection ON notices (connection_id, opened_at, id)`,
];

export class Notices1790200000121 implements MigrationInterface {
  name = 'Notices1790200000121';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notices');
  }
}
