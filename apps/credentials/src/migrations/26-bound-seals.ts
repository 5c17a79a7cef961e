import { sealedChecks } from '@lockkeeper/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHECKED = {
  api_services: ['client_keys', 'client_certificate', 'staged_secret', 'former_secret', 'service_secrets'],
  connections: ['dpop_key'],
  device_authorizations: ['device_code', 'dpop_key'],
  authorization_flows: ['dpop_key'],
  revocations: ['dpop_key'],
  notice_settings: ['webhook_url', 'webhook_secret'],
};

/** Sealed values may be bound to the workspace (`lks2`), beside those that aren't. */
export class BoundSeals1790200000180 implements MigrationInterface {
  name = 'BoundSeals1790200000180';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(CHECKED))
      await runner.query(sealedChecks(table, columns, ['lks1', 'lks2']));
  }

  /** Values that were sealed so meanwhile are kept, and can't be changed. */
  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(CHECKED)) await runner.query(sealedChecks(table, columns, ['lks1']));
  }
}
