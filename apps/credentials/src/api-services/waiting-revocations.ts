import type { EntityManager } from 'typeorm';

/**
 * Revocations that wait because the provider doesn't take this API service's client, or because it has nothing to prove itself with: due at once.
 * For whatever gives the client another chance, in its transaction; see Revocations.retryLater for those that are being sent just then.
 */
export async function reviveRevocations(manager: EntityManager, apiServiceId: string): Promise<void> {
  await manager.query(
    `UPDATE revocations SET due_at = now()
     WHERE api_service_id = $1 AND status = 'revoke_pending' AND due_at > now() AND receipt->>'clientFault' IS NOT NULL`,
    [apiServiceId],
  );
}
