import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** `*` as an API service stands for all of them; no user stands for all users. */
export interface Entitlement {
  apiService: string;
  user: string | null;
}

export const ANY_API_SERVICE = '*';

/** The one rule of who may use what, as SQL over expressions of the query that it becomes a part of. */
export const entitled = ({
  consumer,
  apiService,
  user,
}: {
  consumer: string;
  apiService: string;
  user: string;
}): string =>
  `EXISTS (SELECT FROM entitlements e WHERE e.consumer_id = ${consumer}
     AND e.api_service IN ('${ANY_API_SERVICE}', ${apiService}) AND (e.user_id IS NULL OR e.user_id = ${user}))`;

/** Who may hear of an event, as SQL over expressions that name no table `e`: what is told of an API service itself (no user) concerns whoever may use anything of it. */
export const mayHear = ({
  consumer,
  apiService,
  user,
}: {
  consumer: string;
  apiService: string;
  user: string;
}): string =>
  `EXISTS (SELECT FROM entitlements e WHERE e.consumer_id = ${consumer}
     AND e.api_service IN ('${ANY_API_SERVICE}', ${apiService})
     AND (${user} IS NULL OR e.user_id IS NULL OR e.user_id = ${user}))`;

/** What each consumer may use. */
@Injectable()
export class Entitlements {
  /** Takes the place of all that the consumer had before. */
  async replace(manager: EntityManager, consumerId: string, entitlements: Entitlement[]): Promise<void> {
    await manager.query('DELETE FROM entitlements WHERE consumer_id = $1', [consumerId]);
    await manager.query(
      `INSERT INTO entitlements (consumer_id, api_service, user_id)
       SELECT $1, api_service, user_id FROM unnest($2::text[], $3::text[]) AS wanted (api_service, user_id)
       ON CONFLICT DO NOTHING`,
      [consumerId, entitlements.map(({ apiService }) => apiService), entitlements.map(({ user }) => user)],
    );
  }

  /** By consumer, in a stable order. */
  async of(manager: EntityManager, consumerIds: string[]): Promise<Map<string, Entitlement[]>> {
    const rows = await manager.query<(Entitlement & { consumerId: string })[]>(
      `SELECT consumer_id AS "consumerId", api_service AS "apiService", user_id AS "user" FROM entitlements
       WHERE consumer_id = ANY($1) ORDER BY api_service, user_id NULLS FIRST`,
      [consumerIds],
    );
    const found = new Map<string, Entitlement[]>(consumerIds.map((id) => [id, []]));
    for (const { consumerId, apiService, user } of rows) found.get(consumerId)?.push({ apiService, user });
    return found;
  }
}
