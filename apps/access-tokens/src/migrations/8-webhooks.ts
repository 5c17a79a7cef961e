import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    consumer_id uuid NOT NULL REFERENCES consumers ON DELETE CASCADE,
    url text NOT NULL CHECK (url LIKE 'lks1.%'),
    host text NOT NULL,
    description text,
    types text[] NOT NULL DEFAULT '{}',
    api_services text[] NOT NULL DEFAULT '{}',
    secret text NOT NULL CHECK (secret LIKE 'lks1.%'),
    public_key text,
    previous_secret text CHECK (previous_secret LIKE 'lks1.%'),
    previous_secret_until timestamptz,
    status text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
    disabled_because text,
    disabled_at timestamptz,
    failing_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'disabled') = (disabled_at IS NOT NULL))
  )`,
  `CREATE INDEX webhooks_consumer ON webhooks (consumer_id)`,
  // What is to be told to each webhook, and what came of it. Ids grow in the order of one connection's events.
  `CREATE TABLE webhook_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event_id text NOT NULL,
    message_id text NOT NULL,
    type text NOT NULL,
    api_service text NOT NULL,
    user_id text,
    subject text NOT NULL,
    payload text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'given_up', 'withheld')),
    attempts integer NOT NULL DEFAULT 0,
    log jsonb NOT NULL DEFAULT '[]',
    due_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    lease uuid,
    leased_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    UNIQUE (webhook_id, event_id)
  )`,
  `CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'pending'`,
  `CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook_id, subject, id) WHERE status = 'pending'`,
  `CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id)`,
];

export class Webhooks1790200000051 implements MigrationInterface {
  name = 'Webhooks1790200000051';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_deliveries');
    await runner.query('DROP TABLE webhooks');
  }
}
