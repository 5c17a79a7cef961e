import type { LockkeeperEvent, Publication } from '@lockkeeper/contracts';
import { type ApiClient, succeeded } from './api-client.js';
import { publicationOf } from './credentials-stand-in.js';
import { rowsOf } from './database-copy.js';
import { eventually } from './eventually.js';
import type { Entitlement, OpenWorkspace } from './open-workspace.js';
import type { ReceivedRequest, ScriptedServer } from './scripted-server.js';

export interface WebhookView {
  id: string;
  url: string;
  status: string;
  secret: string | null;
  publicKey: string | null;
  disabledBecause: string | null;
  failingSince: string | null;
}

export interface DeliveryView {
  id: string;
  messageId: string;
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  log: { status: number | null; problem: string | null }[];
}

export const eventIn = ({ body }: ReceivedRequest): LockkeeperEvent => JSON.parse(body) as LockkeeperEvent;

/** What consumers do with webhooks, and what makes time pass for them. */
export function webhookDesk(workspace: () => OpenWorkspace) {
  const consumer = async (...entitlements: Entitlement[]): Promise<{ id: string; client: ApiClient }> => {
    const body = { name: 'a listener', entitlements };
    const { id, key } = succeeded(await workspace().admin.post<{ id: string; key: string }>('/v1/consumers', body));
    return { id, client: workspace().admin.with(key) };
  };
  const hook = async (client: ApiClient, server: ScriptedServer, more: object = {}): Promise<WebhookView> =>
    succeeded(await client.post<WebhookView>('/v1/webhooks', { url: `${server.url}/hook?key=of-the-url`, ...more }));
  const look = async (client: ApiClient, { id }: WebhookView): Promise<WebhookView> =>
    succeeded(await client.get<WebhookView>(`/v1/webhooks/${id}`));
  const deliveries = async (client: ApiClient, { id }: WebhookView): Promise<DeliveryView[]> =>
    succeeded(await client.get<{ items: DeliveryView[] }>(`/v1/webhooks/${id}/deliveries`)).items;
  const published = async (changes: Partial<Publication> = {}): Promise<string> => {
    const publication = publicationOf({ apiService: 'mail', ...changes });
    await workspace().credentials.publish(publication);
    await workspace().knows(publication);
    return publication.connectionId;
  };
  /** What would be due in hours or days is due now. */
  const hurry = ({ id }: WebhookView, expires: string) =>
    rowsOf(
      workspace().databaseUrl,
      `UPDATE webhook_deliveries SET due_at = now(), expires_at = ${expires}
       WHERE webhook_id = $1 AND status = 'pending' AND lease IS NULL`,
      [id],
    );
  /** Its newest delivery, once it is that; retries are hurried meanwhile. */
  const becomes = (
    { client, webhook }: { client: ApiClient; webhook: WebhookView },
    status: string,
    expires = 'expires_at',
  ): Promise<DeliveryView> =>
    eventually(
      async () => {
        await hurry(webhook, expires);
        const [delivery] = await deliveries(client, webhook);
        return delivery?.status === status && delivery;
      },
      { what: `its delivery is ${status}` },
    );
  return { consumer, hook, look, deliveries, published, becomes };
}
