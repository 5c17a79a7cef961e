import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PublishedNotices1790200000120 implements MigrationInterface {
  name = 'PublishedNotices1790200000120';

  /** What is open already is told to consumers' workspace with its next change. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections ADD COLUMN notice jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections DROP COLUMN notice');
  }
}
