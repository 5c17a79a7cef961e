import type { EntityManager } from 'typeorm';
import type { ApiService } from '../api-services/api-service.entity.js';
import { IssuerTaken } from './discovery.errors.js';

/**
 * RFC 9207 section 2.4: an issuer stands for one server. Another client there is welcome, other endpoints under the same name aren't:
 * an answer's `iss` would prove nothing. Waits for whoever registers by the same issuer at the same time.
 * @throws IssuerTaken
 */
export async function assertSameServer(manager: EntityManager, { id, manifest }: ApiService): Promise<void> {
  const { issuer, authorize, token } = manifest;
  if (issuer === undefined) return;
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`issuer ${issuer}`]);
  const [other] = await manager.query<{ slug: string }[]>(
    `SELECT slug FROM api_services WHERE status <> 'retired' AND id <> $1 AND manifest->>'issuer' = $2
       AND (manifest->'token'->>'url' <> $3 OR manifest->'authorize'->>'url' <> $4) LIMIT 1`,
    [id, issuer, token.url, authorize.url ?? null],
  );
  if (other) throw new IssuerTaken(issuer, other.slug);
}
