import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a consent that nobody came back from, its connection's timeline is told once. */
export class ToldFlows1790200000033 implements MigrationInterface {
  name = 'ToldFlows1790200000033';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE authorization_flows ADD COLUMN told_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE authorization_flows DROP COLUMN told_at`);
  }
}
