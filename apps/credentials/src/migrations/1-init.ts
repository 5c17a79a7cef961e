import { CREATE_ACCESS_KEYS } from '@lockkeeper/access-control';
import { CREATE_AUDIT_LOG } from '@lockkeeper/audit-chain';
import { CREATE_KEY_CHECKS } from '@lockkeeper/database';
import { OUTBOX_TABLES } from '@lockkeeper/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const API_SERVICES = [
  `CREATE TABLE api_services (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('oauth2', 'generic')),
    status text NOT NULL CHECK (status IN ('active', 'client_fault', 'retired')),
    catalogue text,
    manifest jsonb NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    client_id text NOT NULL,
    client_secret text,
    client_secret_fingerprint text,
    client_secret_changed_at timestamptz,
    fault jsonb,
    probe_at timestamptz,
    paused_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  // A retired API service gives its slug free.
  `CREATE UNIQUE INDEX api_services_slug ON api_services (slug) WHERE status <> 'retired'`,
];

const CONNECTIONS = [
  `CREATE TABLE connections (
    id uuid PRIMARY KEY,
    api_service_id uuid NOT NULL REFERENCES api_services,
    user_id text NOT NULL CHECK (length(user_id) BETWEEN 1 AND 512),
    status text NOT NULL CHECK (status IN ('pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked')),
    version integer NOT NULL DEFAULT 0,
    revision integer NOT NULL DEFAULT 0,
    requested_scopes text[] NOT NULL DEFAULT '{}',
    params jsonb NOT NULL DEFAULT '{}',
    access_token text,
    refresh_token text,
    captured text,
    token_type text,
    scope text,
    issued_at timestamptz,
    expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    refresh_at timestamptz,
    dies_at timestamptz,
    dies_because text,
    failures integer NOT NULL DEFAULT 0,
    fault jsonb,
    lease_owner text,
    lease_until timestamptz,
    fence bigint NOT NULL DEFAULT 0,
    authorized_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (api_service_id, user_id),
    CHECK (status <> 'revoked' OR (access_token IS NULL AND refresh_token IS NULL AND captured IS NULL))
  )`,
  `CREATE INDEX connections_due ON connections (refresh_at) WHERE status IN ('active', 'refresh_failing')`,
  `CREATE TABLE timeline (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    event text NOT NULL,
    version integer NOT NULL,
    actor text NOT NULL,
    detail text NOT NULL,
    hint text,
    steps jsonb NOT NULL DEFAULT '[]'
  )`,
  `CREATE INDEX timeline_connection ON timeline (connection_id, id)`,
];

const AUTHORIZATION = [
  `CREATE TABLE authorization_links (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    ticket_hash text NOT NULL UNIQUE,
    return_url text,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL
  )`,
  `CREATE TABLE authorization_flows (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    slug text NOT NULL,
    state_hash text NOT NULL UNIQUE,
    browser_hash text NOT NULL,
    code_verifier text,
    redirect_uri text NOT NULL,
    client_id text NOT NULL,
    endpoints jsonb NOT NULL,
    scopes text[] NOT NULL,
    return_url text,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX authorization_links_expiry ON authorization_links (expires_at)`,
  `CREATE INDEX authorization_flows_expiry ON authorization_flows (expires_at)`,
];

const ROTATION = [
  `CREATE TABLE refresh_ledger (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    superseded_version integer NOT NULL,
    fence bigint NOT NULL,
    owner text NOT NULL,
    cause text NOT NULL,
    intended_at timestamptz NOT NULL DEFAULT now(),
    answer text,
    answered_at timestamptz,
    suspected_at timestamptz,
    outcome text CHECK (outcome IN ('applied', 'refused', 'failed', 'indeterminate', 'outrun')),
    closed_at timestamptz
  )`,
  // One open intent for each connection: a second refresh can't begin before the first one is accounted for.
  `CREATE UNIQUE INDEX refresh_ledger_open ON refresh_ledger (connection_id) WHERE outcome IS NULL`,
  `CREATE INDEX refresh_ledger_connection ON refresh_ledger (connection_id, intended_at)`,
];

const REVOCATION = [
  `CREATE TABLE revocations (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL,
    api_service_id uuid NOT NULL REFERENCES api_services,
    cause text NOT NULL CHECK (cause IN ('superseded', 'revoked')),
    version integer NOT NULL,
    access_token text,
    refresh_token text,
    captured text,
    status text NOT NULL CHECK (status IN ('revoke_pending', 'revoked', 'not_supported', 'unproved')),
    receipt jsonb,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz
  )`,
  `CREATE INDEX revocations_due ON revocations (due_at) WHERE status = 'revoke_pending'`,
  `CREATE INDEX revocations_connection ON revocations (connection_id)`,
];

const THE_REST = [
  `CREATE TABLE notices (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    reason text NOT NULL,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
  )`,
  `CREATE UNIQUE INDEX notices_open ON notices (connection_id) WHERE closed_at IS NULL`,
  ...OUTBOX_TABLES,
  CREATE_KEY_CHECKS,
];

export class Init1790000000000 implements MigrationInterface {
  name = 'Init1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [CREATE_ACCESS_KEYS, ...CREATE_AUDIT_LOG, ...API_SERVICES, ...CONNECTIONS];
    for (const statement of [...statements, ...AUTHORIZATION, ...ROTATION, ...REVOCATION, ...THE_REST]) {
      await runner.query(statement);
    }
  }

  /** There is nothing before the first migration to go back to: drop the database instead. */
  down(): Promise<void> {
    return Promise.reject(new Error('the first migration has no way back'));
  }
}
