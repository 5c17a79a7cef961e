import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One key to a workspace's doors. The key itself is shown once, when it is issued; here is only what recognises it. */
@Entity('access_keys')
export class AccessKey {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('text') role: string;
  /** SHA-256, hex. No salt and no stretching: the key is 256 random bits, which nobody guesses. */
  @Column('text') hash: string;
  /** The key's first characters, for people who look for it in their files. */
  @Column('text') hint: string;
  @Column('uuid', { name: 'subject_id', nullable: true }) subjectId: string | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('text', { name: 'created_by' }) createdBy: string;
}

/** For each workspace's first migration. */
export const CREATE_ACCESS_KEYS = `
  CREATE TABLE access_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    hash text NOT NULL UNIQUE,
    hint text NOT NULL,
    subject_id uuid,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL
  )`;
