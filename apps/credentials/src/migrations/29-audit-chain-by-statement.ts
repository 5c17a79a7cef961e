import { CHAIN_BY_ROW, CHAIN_BY_STATEMENT } from '@lockkeeper/audit-chain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Many entries are written by one statement: they are noted for the chain by one as well. */
export class AuditChainByStatement1790200000210 implements MigrationInterface {
  name = 'AuditChainByStatement1790200000210';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of CHAIN_BY_STATEMENT) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of CHAIN_BY_ROW) await runner.query(statement);
  }
}
