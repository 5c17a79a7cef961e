import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Sealed; what assertions are signed with (RFC 7523).
  `ALTER TABLE api_services ADD COLUMN assertion_key text, ADD COLUMN assertion_key_fingerprint text,
     ADD COLUMN assertion_key_changed_at timestamptz`,
  // RFC 8693: whose token is exchanged, and who acts.
  `ALTER TABLE connections ADD COLUMN subject_connection_id uuid REFERENCES connections ON DELETE SET NULL,
     ADD COLUMN actor_connection_id uuid REFERENCES connections ON DELETE SET NULL`,
  `CREATE INDEX connections_of_subject ON connections (subject_connection_id) WHERE subject_connection_id IS NOT NULL`,
  `CREATE INDEX connections_of_actor ON connections (actor_connection_id) WHERE actor_connection_id IS NOT NULL`,
  // A connection that needs no user is due from its first moment on. The version before asks for a part of this index.
  `DROP INDEX connections_due`,
  `CREATE INDEX connections_due ON connections (refresh_at) WHERE status IN ('pending', 'active', 'refresh_failing')`,
  // Every manifest that was ever stored speaks of codes.
  `UPDATE api_services SET manifest = jsonb_set(manifest || '{"grant": "authorization_code"}', '{authorize,shows}', '[]')
     WHERE NOT manifest ? 'grant'`,
];

const DOWN = [
  `DROP INDEX connections_due`,
  `CREATE INDEX connections_due ON connections (refresh_at) WHERE status IN ('active', 'refresh_failing')`,
  `ALTER TABLE connections DROP COLUMN subject_connection_id, DROP COLUMN actor_connection_id`,
  `ALTER TABLE api_services DROP COLUMN assertion_key, DROP COLUMN assertion_key_fingerprint, DROP COLUMN assertion_key_changed_at`,
];

/** Room for the grants that need no user: their keys, and the connections whose tokens are exchanged. */
export class Grants1790200000020 implements MigrationInterface {
  name = 'Grants1790200000020';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
