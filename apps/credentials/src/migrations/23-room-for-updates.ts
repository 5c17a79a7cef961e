import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A lease changes no indexed column. Where its page has room for the row's next version, none of the table's dozen indexes is touched (HOT update);
 * in full pages each lease wrote into all of them.
 */
export class RoomForUpdates1790200000140 implements MigrationInterface {
  name = 'RoomForUpdates1790200000140';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections SET (fillfactor = 75)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connections RESET (fillfactor)');
  }
}
