import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['connections', 'authorization_flows', 'device_authorizations', 'revocations'];

/** Keys that tokens are bound to (RFC 9449), sealed: of a grant, of one that begins, and of tokens that wait to be revoked. */
export class DpopKeys1790200000110 implements MigrationInterface {
  name = 'DpopKeys1790200000110';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN dpop_key text CHECK (dpop_key LIKE 'lks1.%')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP COLUMN dpop_key`);
  }
}
