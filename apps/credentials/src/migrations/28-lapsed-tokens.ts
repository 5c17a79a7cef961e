import type { MigrationInterface, QueryRunner } from 'typeorm';

const causes = (...names: string[]): string[] => [
  `ALTER TABLE revocations DROP CONSTRAINT revocations_cause_check`,
  `ALTER TABLE revocations ADD CONSTRAINT revocations_cause_check CHECK (cause IN (${names.map((name) => `'${name}'`).join(', ')}))`,
];

/** Tokens that outlive their grant are revoked, and known as such: whoever consents anew meanwhile comes first. */
export class LapsedTokens1790200000200 implements MigrationInterface {
  name = 'LapsedTokens1790200000200';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of causes('superseded', 'revoked', 'exposed', 'lapsed')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM revocations WHERE cause = 'lapsed'`);
    for (const statement of causes('superseded', 'revoked', 'exposed')) await runner.query(statement);
  }
}
