import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets of an API service besides its client's: developer tokens, subscription keys. */
export class ServiceSecrets1790200000160 implements MigrationInterface {
  name = 'ServiceSecrets1790200000160';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE api_services ADD COLUMN service_secrets text CHECK (service_secrets LIKE 'lks1.%'),
         ADD COLUMN service_secret_facts jsonb NOT NULL DEFAULT '{}'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_services DROP COLUMN service_secrets, DROP COLUMN service_secret_facts');
  }
}
