import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Room for what users fill in at generic API services, and a bound for how often a link may try it. */
export class FilledIn1790200000031 implements MigrationInterface {
  name = 'FilledIn1790200000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connections ADD COLUMN field_secrets text`);
    await runner.query(`ALTER TABLE connections ADD CHECK (status <> 'revoked' OR field_secrets IS NULL)`);
    // As it was written: fields are shown in the order that they were defined in, which jsonb doesn't keep.
    await runner.query(`ALTER TABLE api_services ALTER COLUMN manifest TYPE json USING manifest::json`);
    await runner.query(`ALTER TABLE authorization_links ADD COLUMN tries integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_services ALTER COLUMN manifest TYPE jsonb USING manifest::jsonb`);
    await runner.query(`ALTER TABLE connections DROP COLUMN field_secrets`);
    await runner.query(`ALTER TABLE authorization_links DROP COLUMN tries`);
  }
}
