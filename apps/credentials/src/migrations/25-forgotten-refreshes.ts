import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refreshes that were under way when their connection was deleted: what still comes of them is revoked. */
export class ForgottenRefreshes1790200000170 implements MigrationInterface {
  name = 'ForgottenRefreshes1790200000170';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE forgotten_refreshes (
        ledger_id uuid PRIMARY KEY,
        connection_id uuid NOT NULL,
        api_service_id uuid NOT NULL REFERENCES api_services,
        version integer NOT NULL,
        params jsonb NOT NULL,
        token_name text,
        forgotten_at timestamptz NOT NULL DEFAULT now()
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE forgotten_refreshes');
  }
}
