import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  // Since when the consumer hears of events over NATS; null if it doesn't.
  `ALTER TABLE consumers ADD COLUMN nats_since timestamptz`,
  // What should be at NATS. No reference to consumers: a durable outlives its consumer until NATS has removed it.
  `CREATE TABLE event_durables (
    name text PRIMARY KEY,
    consumer_id uuid NOT NULL,
    api_service text NOT NULL,
    wanted boolean NOT NULL DEFAULT true,
    made boolean NOT NULL DEFAULT false,
    start_sequence bigint CHECK (start_sequence > 0),
    CHECK (NOT made OR start_sequence IS NOT NULL),
    UNIQUE (consumer_id, api_service)
  )`,
  `CREATE INDEX event_durables_unsettled ON event_durables (consumer_id) WHERE NOT wanted OR NOT made`,
];

export class EventDurables1790000000002 implements MigrationInterface {
  name = 'EventDurables1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE event_durables');
    await runner.query('ALTER TABLE consumers DROP COLUMN nats_since');
  }
}
