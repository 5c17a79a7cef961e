import { CREATE_SESSIONS } from '@lockkeeper/access-control';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People in browsers: sessions, and the links that begin them. */
export class Sessions1790200000080 implements MigrationInterface {
  name = 'Sessions1790200000080';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of CREATE_SESSIONS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sign_in_links, sessions');
  }
}
