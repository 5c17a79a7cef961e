import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE api_services ADD COLUMN client_keys text CHECK (client_keys LIKE 'lks1.%'),
     ADD COLUMN client_key_facts jsonb NOT NULL DEFAULT '[]',
     ADD COLUMN client_certificate text CHECK (client_certificate LIKE 'lks1.%'),
     ADD COLUMN client_certificate_facts jsonb`,
];

/** Keys and certificates that clients prove themselves with. */
export class ClientKeys1790200000010 implements MigrationInterface {
  name = 'ClientKeys1790200000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE api_services DROP COLUMN client_keys, DROP COLUMN client_key_facts, DROP COLUMN client_certificate,
         DROP COLUMN client_certificate_facts`,
    );
  }
}
