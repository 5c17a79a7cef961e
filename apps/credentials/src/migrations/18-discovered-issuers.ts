import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE discovered_issuers (
    issuer text PRIMARY KEY,
    found_at text NOT NULL,
    metadata jsonb NOT NULL,
    seen_at timestamptz NOT NULL,
    look_at timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    trouble jsonb,
    proposal jsonb,
    refused text
  )`,
  `CREATE INDEX discovered_issuers_look ON discovered_issuers (look_at)`,
  `ALTER TABLE api_services ADD COLUMN discovered_issuer text REFERENCES discovered_issuers, ADD COLUMN frozen jsonb`,
  `CREATE INDEX api_services_discovered ON api_services (discovered_issuer) WHERE discovered_issuer IS NOT NULL`,
];

/** Issuers whose metadata is looked at again, and the API services that a changed endpoint froze. */
export class DiscoveredIssuers1790200000100 implements MigrationInterface {
  name = 'DiscoveredIssuers1790200000100';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_services DROP COLUMN frozen, DROP COLUMN discovered_issuer');
    await runner.query('DROP TABLE discovered_issuers');
  }
}
