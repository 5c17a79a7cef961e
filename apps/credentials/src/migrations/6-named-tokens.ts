import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // What is known of each named token besides its secrets, and when the connection's own token has its turn.
  `ALTER TABLE connections ADD COLUMN named_states jsonb, ADD COLUMN own_refresh_at timestamptz, ADD COLUMN due_token text`,
  // Whose refresh it is; null for the connection's own token.
  `ALTER TABLE refresh_ledger ADD COLUMN token_name text`,
];

/** Each token of one answer has its own turn, and its own intents in the ledger. */
export class NamedTokens1790200000022 implements MigrationInterface {
  name = 'NamedTokens1790200000022';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE refresh_ledger DROP COLUMN token_name`);
    await runner.query(
      `ALTER TABLE connections DROP COLUMN named_states, DROP COLUMN own_refresh_at, DROP COLUMN due_token`,
    );
  }
}
