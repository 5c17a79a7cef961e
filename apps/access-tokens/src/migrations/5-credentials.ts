import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealed: what users filled in at generic API services, as calls carry it. */
export class Credentials1790200000032 implements MigrationInterface {
  name = 'Credentials1790200000032';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE connections ADD COLUMN credential text CHECK (credential LIKE 'lks1.%'),
         ADD CHECK (credential IS NULL OR access_token IS NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections DROP COLUMN credential');
  }
}
