import { CREATE_AUDIT_PROBE, DROP_AUDIT_PROBE } from '@lockkeeper/audit-chain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Asked before a provider is: what is sent there is only written down when it has answered. */
export class AuditProbe1790200000130 implements MigrationInterface {
  name = 'AuditProbe1790200000130';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_AUDIT_PROBE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DROP_AUDIT_PROBE);
  }
}
