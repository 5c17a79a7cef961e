import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that tokens are bound to (RFC 9449), sealed. */
export class DpopKeys1790200000110 implements MigrationInterface {
  name = 'DpopKeys1790200000110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connections ADD COLUMN dpop_key text CHECK (dpop_key LIKE 'lks1.%')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections DROP COLUMN dpop_key');
  }
}
