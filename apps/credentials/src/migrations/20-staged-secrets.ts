import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A client secret that is to take over, and the one that it took over from, kept for a while. */
export class StagedSecrets1790200000111 implements MigrationInterface {
  name = 'StagedSecrets1790200000111';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE api_services ADD COLUMN staged_secret text CHECK (staged_secret LIKE 'lks1.%'), ADD COLUMN secret_change jsonb,
         ADD COLUMN former_secret text CHECK (former_secret LIKE 'lks1.%'), ADD COLUMN former_secret_facts jsonb`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE api_services DROP COLUMN staged_secret, DROP COLUMN secret_change, DROP COLUMN former_secret,
         DROP COLUMN former_secret_facts`,
    );
  }
}
