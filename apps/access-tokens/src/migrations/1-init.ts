import { CREATE_ACCESS_KEYS } from '@lockkeeper/access-control';
import { CREATE_AUDIT_LOG } from '@lockkeeper/audit-chain';
import { CREATE_KEY_CHECKS } from '@lockkeeper/database';
import { OUTBOX_TABLES } from '@lockkeeper/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CONNECTIONS = [
  `CREATE TABLE connections (
    id uuid PRIMARY KEY,
    api_service text NOT NULL CHECK (api_service ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    user_id text NOT NULL CHECK (length(user_id) BETWEEN 1 AND 512),
    status text NOT NULL CHECK (status IN ('pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked')),
    version integer NOT NULL CHECK (version >= 0),
    revision integer NOT NULL CHECK (revision >= 0),
    access_token text CHECK (access_token LIKE 'lks1.%'),
    token_type text,
    scope text,
    issued_at timestamptz,
    expires_at timestamptz,
    token_use jsonb NOT NULL,
    reason text,
    occurred_at timestamptz NOT NULL,
    publication_digest text NOT NULL,
    taken_in_at timestamptz NOT NULL DEFAULT now(),
    CHECK (status <> 'revoked' OR access_token IS NULL)
  )`,
  // Not unique: a retired API service's slug may be given anew, and its old connections stay as tombstones.
  `CREATE INDEX connections_user ON connections (api_service, user_id)`,
  // Up to where the stream is known to be in this database; kept with the data, so that a restored backup knows what it lacks.
  `CREATE TABLE replay_position (stream text PRIMARY KEY, sequence bigint NOT NULL)`,
];

const CONSUMERS = [
  `CREATE TABLE consumers (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE entitlements (
    consumer_id uuid NOT NULL REFERENCES consumers ON DELETE CASCADE,
    api_service text NOT NULL,
    user_id text
  )`,
  `CREATE UNIQUE INDEX entitlements_of_user ON entitlements (consumer_id, api_service, user_id) WHERE user_id IS NOT NULL`,
  `CREATE UNIQUE INDEX entitlements_of_service ON entitlements (consumer_id, api_service) WHERE user_id IS NULL`,
  `CREATE INDEX access_keys_subject ON access_keys (subject_id) WHERE subject_id IS NOT NULL`,
];

export class Init1790000000000 implements MigrationInterface {
  name = 'Init1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      CREATE_ACCESS_KEYS,
      ...CREATE_AUDIT_LOG,
      ...CONNECTIONS,
      ...CONSUMERS,
      ...OUTBOX_TABLES,
      CREATE_KEY_CHECKS,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  /** There is nothing before the first migration to go back to: drop the database instead. */
  down(): Promise<void> {
    return Promise.reject(new Error('the first migration has no way back'));
  }
}
