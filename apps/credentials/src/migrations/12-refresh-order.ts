import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Who is refreshed first: whose token or grant ends first. What ended already while it failed is as urgent as its next try is.
  `ALTER TABLE connections ADD COLUMN refresh_by timestamptz GENERATED ALWAYS AS (
     CASE WHEN failures > 0 THEN greatest(least(expires_at, dies_at), refresh_at)
          ELSE coalesce(least(expires_at, dies_at), refresh_at) END) STORED`,
  `CREATE INDEX connections_due_of_service ON connections (api_service_id, refresh_at) WHERE refresh_at IS NOT NULL`,
  `CREATE INDEX connections_urgency ON connections (api_service_id, refresh_by, refresh_at) WHERE refresh_at IS NOT NULL`,
  `CREATE INDEX connections_dying ON connections (dies_at, id) WHERE status IN ('active', 'refresh_failing') AND dies_at IS NOT NULL`,
  // Whether its last refresh left the end of its grant where it was: then no refresh will move it.
  `ALTER TABLE connections ADD COLUMN death_is_fixed boolean NOT NULL DEFAULT false`,
  // An answer that could not be read, and may hold the only copy of a refresh token: nothing is tried until somebody decides.
  `ALTER TABLE connections ADD COLUMN withheld_ledger_id uuid`,
  // The breaker of an API service, and how fast it may be asked: what the manifest says, or what its 429s taught.
  `ALTER TABLE api_services ADD COLUMN troubles integer NOT NULL DEFAULT 0,
     ADD COLUMN next_send_at timestamptz, ADD COLUMN learnt_per_second double precision, ADD COLUMN learnt_at timestamptz`,
  `ALTER TABLE refresh_ledger DROP CONSTRAINT refresh_ledger_outcome_check`,
  `ALTER TABLE refresh_ledger ADD CONSTRAINT refresh_ledger_outcome_check
     CHECK (outcome IN ('applied', 'refused', 'failed', 'indeterminate', 'outrun', 'unsent', 'unread'))`,
];

const DOWN = [
  `UPDATE refresh_ledger SET outcome = 'failed' WHERE outcome IN ('unsent', 'unread')`,
  `ALTER TABLE refresh_ledger DROP CONSTRAINT refresh_ledger_outcome_check`,
  `ALTER TABLE refresh_ledger ADD CONSTRAINT refresh_ledger_outcome_check
     CHECK (outcome IN ('applied', 'refused', 'failed', 'indeterminate', 'outrun'))`,
  `ALTER TABLE api_services DROP COLUMN troubles, DROP COLUMN next_send_at, DROP COLUMN learnt_per_second, DROP COLUMN learnt_at`,
  `ALTER TABLE connections DROP COLUMN withheld_ledger_id, DROP COLUMN death_is_fixed, DROP COLUMN refresh_by`,
  `DROP INDEX IF EXISTS connections_dying, connections_due_of_service`,
];

export class RefreshOrder1790200000060 implements MigrationInterface {
  name = 'RefreshOrder1790200000060';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
