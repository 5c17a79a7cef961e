import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Where the user is reached, where the user's id is no address.
  `ALTER TABLE connections ADD COLUMN notify text CHECK (length(notify) <= 254)`,
  `ALTER TABLE notices ADD COLUMN cause text NOT NULL DEFAULT 'requested', ADD COLUMN closed_because text`,
  `CREATE INDEX notices_connection ON notices (connection_id, created_at)`,
  // One row for each channel of each sending: the queue, and the record of what became of it.
  `CREATE TABLE notice_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id uuid NOT NULL REFERENCES notices ON DELETE CASCADE,
    cause text NOT NULL,
    reason text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook', 'event')),
    status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'skipped', 'cancelled')),
    problem text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    lease uuid,
    leased_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz
  )`,
  `CREATE INDEX notice_deliveries_due ON notice_deliveries (due_at) WHERE status = 'pending'`,
  `CREATE INDEX notice_deliveries_notice ON notice_deliveries (notice_id, id)`,
  `CREATE TABLE notice_settings (
    api_service_id uuid PRIMARY KEY REFERENCES api_services ON DELETE CASCADE,
    channels text[] NOT NULL,
    webhook_url text CHECK (webhook_url LIKE 'lks1.%'),
    webhook_secret text CHECK (webhook_secret LIKE 'lks1.%'),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  // No API service: the template of all that have none of their own.
  `CREATE TABLE notice_templates (
    api_service_id uuid UNIQUE NULLS NOT DISTINCT REFERENCES api_services ON DELETE CASCADE,
    subject text NOT NULL,
    body_text text NOT NULL,
    body_html text,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
];

export class Notices1790200000052 implements MigrationInterface {
  name = 'Notices1790200000052';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['notice_templates', 'notice_settings', 'notice_deliveries'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP INDEX notices_connection');
    await runner.query('ALTER TABLE notices DROP COLUMN cause, DROP COLUMN closed_because');
    await runner.query('ALTER TABLE connections DROP COLUMN notify');
  }
}
