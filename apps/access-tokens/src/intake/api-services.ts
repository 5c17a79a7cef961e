import { Injectable } from '@nestjs/common';
import type { ApiServiceHealth, ApiServicePublication } from '@lockkeeper/contracts';
import type { EntityManager } from 'typeorm';

const KEEP_IF_NEWER = `
  INSERT INTO api_services AS s (id, slug, status, revision, reason, occurred_at, publication_digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id) DO UPDATE SET
    slug = excluded.slug, status = excluded.status, revision = excluded.revision, reason = excluded.reason,
    occurred_at = excluded.occurred_at, publication_digest = excluded.publication_digest
  WHERE excluded.revision > s.revision
  RETURNING s.id`;

/** What was taken in about API services themselves: whether the provider accepts their client. */
@Injectable()
export class ApiServices {
  /** What was known of it, locked until the transaction ends; null if nothing was. */
  async lock(manager: EntityManager, id: string): Promise<ApiServiceHealth | null> {
    const rows = await manager.query<{ status: ApiServiceHealth }[]>(
      'SELECT status FROM api_services WHERE id = $1 FOR UPDATE',
      [id],
    );
    return rows[0]?.status ?? null;
  }

  /** @returns false if what is held already is as new, or newer */
  async keepIfNewer(manager: EntityManager, publication: ApiServicePublication, digest: string): Promise<boolean> {
    const { apiServiceId, apiService, status, revision, reason, occurredAt } = publication;
    const values = [apiServiceId, apiService, status, revision, reason, occurredAt, digest];
    return (await manager.query<unknown[]>(KEEP_IF_NEWER, values)).length === 1;
  }
}
