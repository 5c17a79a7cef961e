import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE device_authorizations (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'authorized', 'denied', 'expired', 'failed', 'replaced')),
    device_code text CHECK (device_code LIKE 'lks1.%'),
    user_code text NOT NULL,
    verification_uri text NOT NULL,
    verification_uri_complete text,
    scopes text[] NOT NULL,
    endpoints jsonb NOT NULL,
    return_url text,
    handle_hash text UNIQUE,
    browser_hash text,
    interval_seconds integer NOT NULL CHECK (interval_seconds > 0),
    failures integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    lease_owner text,
    lease_until timestamptz,
    expires_at timestamptz NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (status = 'pending' OR device_code IS NULL)
  )`,
  // One at a time: a new one takes the place of the one before.
  `CREATE UNIQUE INDEX device_authorizations_open ON device_authorizations (connection_id) WHERE status = 'pending'`,
  `CREATE INDEX device_authorizations_due ON device_authorizations (due_at) WHERE status = 'pending'`,
  `CREATE INDEX device_authorizations_connection ON device_authorizations (connection_id, created_at)`,
];

/** RFC 8628: what users type at their provider, and who asks there whether they did. */
export class DeviceAuthorizations1790200000021 implements MigrationInterface {
  name = 'DeviceAuthorizations1790200000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE device_authorizations');
  }
}
