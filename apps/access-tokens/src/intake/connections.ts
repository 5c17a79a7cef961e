import { Injectable } from '@nestjs/common';
import type { DeathForecast, Publication } from '@lockkeeper/contracts';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import type { Fingerprints } from '../events/derived-events.js';
import { credentialPlace, dpopKeyPlace, type HeldConnection, namedTokensPlace, tokenPlace } from './held-connection.js';

export interface ConnectionState {
  id: string;
  apiService: string;
  user: string;
  status: HeldConnection['status'];
  version: number;
}

/** What consumers could know of a connection before a publication was taken in. */
export interface KnownConnection extends ConnectionState {
  forecast: DeathForecast | null;
  /** Of the newest token that there was; null if there never was one. */
  fingerprint: string | null;
  /** At which of its revisions consumers were last told that its user is asked to reauthorize; null if never. */
  askedRevision: number | null;
}

/** Of a table `c`, as a HeldConnection. */
export const CONNECTION_COLUMNS = `c.id, c.api_service AS "apiService", c.user_id AS "user", c.status, c.version, c.revision,
  c.access_token AS "accessToken", c.credential, c.named_tokens AS "namedTokens", c.dpop_key AS "dpopKey", c.token_type AS "tokenType", c.scope, c.issued_at AS "issuedAt", c.expires_at AS "expiresAt",
  c.token_use AS "tokenUse", c.reason, c.occurred_at AS "occurredAt"`;

const STATE_COLUMNS = 'id, api_service AS "apiService", user_id AS "user", status, version';

/** One order for everything: (version, revision). What isn't greater is old, and changes nothing. */
const KEEP_IF_NEWER = `
  INSERT INTO connections AS c (id, api_service, user_id, status, version, revision, access_token, token_type, scope,
    issued_at, expires_at, token_use, reason, occurred_at, publication_digest,
    token_fingerprint, forecast, credential, named_tokens, dpop_key)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $10, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (id) DO UPDATE SET
    api_service = excluded.api_service, user_id = excluded.user_id, status = excluded.status, version = excluded.version,
    revision = excluded.revision, access_token = excluded.access_token, token_type = excluded.token_type, scope = excluded.scope,
    issued_at = CASE WHEN excluded.version > c.version THEN excluded.issued_at ELSE c.issued_at END,
    expires_at = excluded.expires_at, token_use = excluded.token_use, reason = excluded.reason,
    occurred_at = excluded.occurred_at, publication_digest = excluded.publication_digest, taken_in_at = now(),
    token_fingerprint = coalesce(excluded.token_fingerprint, c.token_fingerprint), forecast = excluded.forecast,
    credential = excluded.credential, named_tokens = excluded.named_tokens, dpop_key = excluded.dpop_key
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
  async lock(manager: EntityManager, id: string): Promise<KnownConnection | null> {
    const rows = await manager.query<KnownConnection[]>(
      `SELECT ${STATE_COLUMNS}, forecast, token_fingerprint AS fingerprint,
         (SELECT max(asked_revision) FROM notices WHERE connection_id = $1) AS "askedRevision"
       FROM connections WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] ?? null;
  }

  /**
   * @param digest of the sealed publication, by which a replay knows what it needn't open again
   * @param fingerprint of its own token; null if it brings none
   * @returns false if what is held already is as new, or newer
   */
  async keepIfNewer(
    manager: EntityManager,
    publication: Publication,
    { digest, fingerprint }: { digest: string; fingerprint: string | null },
  ): Promise<boolean> {
    const { connectionId, apiService, user, status, version, revision, token } = publication;
    const rows = await manager.query<unknown[]>(KEEP_IF_NEWER, [
      ...[connectionId, apiService, user, status, version, revision],
      token && this.keyRing.seal(token.accessToken, tokenPlace(connectionId)),
      ...[token?.tokenType ?? null, token?.scope ?? null, publication.occurredAt, token?.expiresAt ?? null],
      ...[JSON.stringify(publication.use), publication.reason, digest, fingerprint],
      publication.forecast ? JSON.stringify(publication.forecast) : null,
      token?.credential ? this.keyRing.seal(JSON.stringify(token.credential), credentialPlace(connectionId)) : null,
      this.sealedNamed(publication),
      token?.dpopKey ? this.keyRing.seal(token.dpopKey, dpopKeyPlace(connectionId)) : null,
    ]);
    return rows.length === 1;
  }

  private sealedNamed({ connectionId, namedTokens, status }: Publication): string | null {
    if (status === 'revoked' || !namedTokens || Object.keys(namedTokens).length === 0) return null;
    return this.keyRing.seal(JSON.stringify(namedTokens), namedTokensPlace(connectionId));
  }

  /** Of the tokens that it brings; `own` is null if it brings none. */
  fingerprintsOf({ token, namedTokens = {} }: Publication): Fingerprints {
    const fingerprint = (text: string): string => this.keyRing.fingerprint(new Secret(text));
    const named = Object.entries(namedTokens).map(([name, { accessToken }]) => [name, fingerprint(accessToken)]);
    return { own: token && fingerprint(token.accessToken), named: Object.fromEntries(named) as Record<string, string> };
  }

  async byId(id: string): Promise<HeldConnection | null> {
    const rows = await this.dataSource.query<HeldConnection[]>(
      `SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  states(ids: string[]): Promise<ConnectionState[]> {
    return this.dataSource.query(`SELECT ${STATE_COLUMNS} FROM connections WHERE id = ANY($1)`, [ids]);
  }

  /** By connection or API service, the digest of the publication that its row was made from. */
  async digests(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.dataSource.query<{ id: string; digest: string }[]>(
      `SELECT id, publication_digest AS digest FROM connections WHERE id = ANY($1)
       UNION ALL SELECT id, publication_digest FROM api_services WHERE id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, digest }) => [id, digest]));
  }
}
