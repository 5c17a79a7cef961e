import { Injectable } from '@nestjs/common';
import type { Publication } from '@lockkeeper/contracts';
import { KeyRing } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { type HeldConnection, tokenPlace } from './held-connection.js';

export interface ConnectionState {
  id: string;
  status: HeldConnection['status'];
  version: number;
}

/** Of a table `c`, as a HeldConnection. */
export const CONNECTION_COLUMNS = `c.id, c.api_service AS "apiService", c.user_id AS "user", c.status, c.version, c.revision,
  c.access_token AS "accessToken", c.token_type AS "tokenType", c.scope, c.issued_at AS "issuedAt", c.expires_at AS "expiresAt",
  c.token_use AS "tokenUse", c.reason, c.occurred_at AS "occurredAt"`;

/** One order for everything: (version, revision). What isn't greater is old, and changes nothing. */
const KEEP_IF_NEWER = `
  INSERT INTO connections AS c (id, api_service, user_id, status, version, revision, access_token, token_type, scope,
    issued_at, expires_at, token_use, reason, occurred_at, publication_digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $10, $14)
  ON CONFLICT (id) DO UPDATE SET
    api_service = excluded.api_service, user_id = excluded.user_id, status = excluded.status, version = excluded.version,
    revision = excluded.revision, access_token = excluded.access_token, token_type = excluded.token_type, scope = excluded.scope,
    issued_at = CASE WHEN excluded.version > c.version THEN excluded.issued_at ELSE c.issued_at END,
    expires_at = excluded.expires_at, token_use = excluded.token_use, reason = excluded.reason,
    occurred_at = excluded.occurred_at, publication_digest = excluded.publication_digest, taken_in_at = now()
  WHERE (excluded.version, excluded.revision) > (c.version, c.revision)
  RETURNING c.id`;

/** The table of what was taken in: written by intake alone, read by everybody here. */
@Injectable()
export class Connections {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
  ) {}

  /** The row as it was, locked until the transaction ends; null if there is none yet. */
  async lock(manager: EntityManager, id: string): Promise<ConnectionState | null> {
    const rows = await manager.query<ConnectionState[]>(
      'SELECT id, status, version FROM connections WHERE id = $1 FOR UPDATE',
      [id],
    );
    return rows[0] ?? null;
  }

  /**
   * @param digest of the sealed publication, by which a replay knows what it needn't open again
   * @returns false if what is held already is as new, or newer
   */
  async keepIfNewer(manager: EntityManager, publication: Publication, digest: string): Promise<boolean> {
    const { connectionId, apiService, user, status, version, revision, token } = publication;
    const rows = await manager.query<unknown[]>(KEEP_IF_NEWER, [
      ...[connectionId, apiService, user, status, version, revision],
      token && this.keyRing.seal(token.accessToken, tokenPlace(connectionId)),
      ...[token?.tokenType ?? null, token?.scope ?? null, publication.occurredAt, token?.expiresAt ?? null],
      ...[JSON.stringify(publication.use), publication.reason, digest],
    ]);
    return rows.length === 1;
  }

  async byId(id: string): Promise<HeldConnection | null> {
    const rows = await this.dataSource.query<HeldConnection[]>(
      `SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  states(ids: string[]): Promise<ConnectionState[]> {
    return this.dataSource.query('SELECT id, status, version FROM connections WHERE id = ANY($1)', [ids]);
  }

  /** By connection, the digest of the publication that its row was made from. */
  async digests(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.dataSource.query<{ id: string; digest: string }[]>(
      'SELECT id, publication_digest AS digest FROM connections WHERE id = ANY($1)',
      [ids],
    );
    return new Map(rows.map(({ id, digest }) => [id, digest]));
  }
}
