import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type AuditOutcome = 'done' | 'refused' | 'failed';

/** One thing that somebody did, or tried to do. Append-only: the table's trigger refuses to change or delete a row. */
@Entity('audit_log')
export class AuditEntry {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' }) seq: string;
  @Column('timestamptz', { default: () => 'now()' }) at: Date;
  /** `key:<id>`, `consumer:<id>`, `end_user`, `scheduler`, `system` */
  @Column('text') actor: string;
  /** Noun and past participle: `api_service.registered`, `connection.revoked` */
  @Column('text') action: string;
  @Column('text', { name: 'object_type' }) objectType: string;
  @Column('text', { name: 'object_id' }) objectId: string;
  @Column('text') outcome: AuditOutcome;
  @Column('text', { name: 'request_id', nullable: true }) requestId: string | null;
  @Column('text', { name: 'source_address', nullable: true }) sourceAddress: string | null;
  /** What else matters, never a secret: fingerprints at most. */
  @Column('jsonb', { default: {} }) details: Record<string, unknown>;
}

/** For each workspace's first migration. */
export const CREATE_AUDIT_LOG = [
  `CREATE TABLE audit_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    request_id text,
    source_address text,
    details jsonb NOT NULL DEFAULT '{}'
  )`,
  `CREATE INDEX audit_log_object ON audit_log (object_type, object_id, seq)`,
  `CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$`,
  `CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
   FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()`,
];
