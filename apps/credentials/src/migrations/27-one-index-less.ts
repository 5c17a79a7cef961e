import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is due is looked for within one API service, by `connections_due_of_service`; this one only had to be written with each refresh. */
export class OneIndexLess1790200000190 implements MigrationInterface {
  name = 'OneIndexLess1790200000190';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX connections_due');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX connections_due ON connections (refresh_at) WHERE status IN ('pending', 'active', 'refresh_failing')`,
    );
  }
}
