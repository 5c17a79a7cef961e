import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens besides a connection's own: sealed, all of one connection together. */
export class NamedTokens1790200000020 implements MigrationInterface {
  name = 'NamedTokens1790200000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE connections ADD COLUMN named_tokens text CHECK (named_tokens LIKE 'lks1.%'),
         ADD CHECK (status <> 'revoked' OR named_tokens IS NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections DROP COLUMN named_tokens');
  }
}
