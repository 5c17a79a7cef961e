import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE revocations DROP CONSTRAINT revocations_cause_check`,
  `ALTER TABLE revocations ADD CONSTRAINT revocations_cause_check CHECK (cause IN ('superseded', 'revoked', 'exposed'))`,
  `CREATE TABLE revocation_orders (
    id uuid PRIMARY KEY,
    scope jsonb NOT NULL,
    reissue boolean NOT NULL,
    per_second integer NOT NULL CHECK (per_second > 0),
    status text NOT NULL CHECK (status IN ('selecting', 'running', 'done')),
    waits_because text,
    requested_by text NOT NULL,
    request_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    finished_at timestamptz
  )`,
  `CREATE INDEX revocation_orders_open ON revocation_orders (created_at) WHERE status <> 'done'`,
  // No reference to connections: what was done to one stays told after it was forgotten.
  `CREATE TABLE revocation_order_items (
    order_id uuid NOT NULL REFERENCES revocation_orders,
    connection_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'reissued', 'revoked', 'nothing_left', 'failed')),
    version integer,
    detail text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    claimed_at timestamptz,
    leased_until timestamptz,
    done_at timestamptz,
    PRIMARY KEY (order_id, connection_id)
  )`,
  `CREATE INDEX revocation_order_items_due ON revocation_order_items (order_id, due_at) WHERE state = 'waiting'`,
  `CREATE INDEX revocation_order_items_claimed ON revocation_order_items (order_id, claimed_at)`,
];

export class RevocationOrders1790200000071 implements MigrationInterface {
  name = 'RevocationOrders1790200000071';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE revocation_order_items, revocation_orders');
    await runner.query(`DELETE FROM revocations WHERE cause = 'exposed'`);
    await runner.query('ALTER TABLE revocations DROP CONSTRAINT revocations_cause_check');
    await runner.query(
      `ALTER TABLE revocations ADD CONSTRAINT revocations_cause_check CHECK (cause IN ('superseded', 'revoked'))`,
    );
  }
}
