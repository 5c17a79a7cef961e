import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deaths that nobody prevents, by the announcement that was made last (99: none yet): those that are due for the next one lie together,
 * and whatever is kept alive by its refreshes isn't there at all.
 */
const TO_FORETELL = `CREATE INDEX connections_to_foretell ON connections ((coalesce(foretold_days, 99)), dies_at)
  WHERE dies_at IS NOT NULL AND status IN ('active', 'refresh_failing')
    AND (death_is_fixed OR status = 'refresh_failing' OR refresh_at IS NULL OR refresh_at >= dies_at)`;

export class Forecast1790200000061 implements MigrationInterface {
  name = 'Forecast1790200000061';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TO_FORETELL);
    // Every refresh writes its row twice: room on the page keeps the first of them out of the indexes.
    await runner.query('ALTER TABLE connections SET (fillfactor = 70)');
    await runner.query('ALTER TABLE refresh_ledger SET (fillfactor = 70)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX connections_to_foretell');
  }
}
