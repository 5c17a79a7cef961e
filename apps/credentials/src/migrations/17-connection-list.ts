import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The same expressions as in connections/connection-list.ts and statistics/statistics.ts: pages and counts are read from these alone. */
const INDEXES = [
  `CREATE INDEX connections_care ON connections ((CASE status WHEN 'reauthorization_required' THEN 0 WHEN 'refresh_failing' THEN 1
     WHEN 'active' THEN 2 WHEN 'pending' THEN 3 ELSE 4 END), (coalesce(dies_at, 'infinity'::timestamptz)), id)`,
  `CREATE INDEX connections_user ON connections (lower(user_id), id)`,
  `CREATE INDEX connections_expires ON connections ((coalesce(expires_at, 'infinity'::timestamptz)), id)`,
  `CREATE INDEX connections_status ON connections (status, api_service_id)`,
  `CREATE INDEX refresh_ledger_closed ON refresh_ledger (closed_at, outcome) WHERE closed_at IS NOT NULL`,
];

export class ConnectionList1790200000081 implements MigrationInterface {
  name = 'ConnectionList1790200000081';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX connections_care, connections_user, connections_expires, connections_status, refresh_ledger_closed',
    );
  }
}
