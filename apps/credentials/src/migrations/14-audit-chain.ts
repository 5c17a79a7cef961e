import { CREATE_AUDIT_CHAIN, DROP_AUDIT_CHAIN } from '@lockkeeper/audit-chain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditChain1790200000070 implements MigrationInterface {
  name = 'AuditChain1790200000070';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of CREATE_AUDIT_CHAIN) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DROP_AUDIT_CHAIN) await runner.query(statement);
  }
}
