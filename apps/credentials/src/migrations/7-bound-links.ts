import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A link belongs to the first browser that opens it, before it is used. */
export class BoundLinks1790200000030 implements MigrationInterface {
  name = 'BoundLinks1790200000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE authorization_links ADD COLUMN opened_at timestamptz, ADD COLUMN browser_hash text`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE authorization_links DROP COLUMN opened_at, DROP COLUMN browser_hash`);
  }
}
