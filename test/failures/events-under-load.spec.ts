import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { EventSource } from '../support/event-source.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { StockNatsReader } from '../support/stock-nats-reader.js';
import { type DeliveryView, type WebhookView, eventIn } from '../support/webhook-desk.js';

const CONNECTIONS = 20;
const VERSIONS = 20;

describe('NATS and PostgreSQL stop while tokens rotate', () => {
  let workspace: OpenWorkspace;
  let endpoint: ScriptedServer;
  const readers: StockNatsReader[] = [];
  beforeAll(async () => {
    [workspace, endpoint] = await Promise.all([OpenWorkspace.start({ ownPostgres: true }), ScriptedServer.start()]);
    endpoint.answers({ status: 204 });
  });
  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.leave()));
    await Promise.all([workspace?.stop(), endpoint?.close()]);
  });

  const connections = Array.from({ length: CONNECTIONS }, () => publicationOf());
  /** As credentials' outbox does: again and again, under the same id, until the stream has it; one connection's in order. */
  const rotate = (from: number, to: number): Promise<unknown> =>
    Promise.all(
      connections.map(async ({ connectionId, user }) => {
        for (let version = from; version <= to; version += 1) {
          const publication = publicationOf({ connectionId, user, version });
          const publish = () => workspace.credentials.publish(publication).then(() => true);
          await eventually(publish, { what: 'it is published' });
        }
      }),
    );
  const readerOf = async (client: ApiClient): Promise<StockNatsReader> => {
    const reader = new StockNatsReader(client);
    await reader.renew();
    readers.push(reader);
    return reader;
  };
  const hasEnd = (heard: LockkeeperEvent[]): boolean =>
    connections.every(({ connectionId }) =>
      heard.some(({ subject, data }) => subject === connectionId && data.version === VERSIONS),
    );
  /** Of each connection only newer versions after older ones, and each event under one id. */
  const expectInOrder = (heard: LockkeeperEvent[]): void => {
    const once = [...new Map(heard.map((event) => [event.id, event])).values()];
    for (const { connectionId } of connections) {
      const versions = once.filter(({ subject }) => subject === connectionId).map(({ data }) => data.version!);
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      expect(versions.at(-1)).toBe(VERSIONS);
    }
  };

  it('a delivery that arrived while PostgreSQL was away counts as soon as it is back, and is not sent again', async () => {
    const client = await workspace.consumer({ apiService: 'mail' });
    const hook = succeeded(await client.post<WebhookView>('/v1/webhooks', { url: `${endpoint.url}/early` }));
    const held = new Promise<ServerResponse>((resolve) => endpoint.answers(resolve));
    const publication = publicationOf({ apiService: 'mail' });
    await workspace.credentials.publish(publication);
    const answer = await held;
    await workspace.stack.postgres.stop();
    answer.writeHead(204).end();
    await workspace.stack.postgres.start();
    endpoint.answers({ status: 204 });
    // Or it would be sent once more as soon as its lease ends.
    await eventually(
      async () => {
        const path = `/v1/webhooks/${hook.id}/deliveries`;
        const { items } = succeeded(await client.get<{ items: DeliveryView[] }>(path));
        return items[0]?.status === 'delivered';
      },
      { what: 'it counts as delivered' },
    );
    expect(endpoint.requests).toEqual([]);
    succeeded(await client.delete(`/v1/webhooks/${hook.id}`));
  });

  it('nothing is lost, order is kept, no id is stored twice; who was away gets all that it missed, over NATS, HTTP and a webhook', async () => {
    const client = await workspace.consumer({ apiService: 'sandbox' });
    succeeded(await client.post('/v1/webhooks', { url: `${endpoint.url}/hook` }));
    const away = await readerOf(client);
    await rotate(1, 5);
    await workspace.stack.postgres.stop();
    await rotate(6, 10);
    const meanwhile = rotate(11, 15);
    await workspace.stack.postgres.start();
    await workspace.stack.nats.stop();
    await workspace.stack.nats.start();
    await meanwhile;
    await rotate(16, VERSIONS);

    // A claim whose answer was lost with the database holds its connection's deliveries until its lease ends (45 s).
    await eventually(() => hasEnd(endpoint.requests.map(eventIn)), {
      what: 'the webhook has it all',
      deadlineMs: 180_000,
    });
    await away.renew();
    await away.come();
    await eventually(() => hasEnd(away.heard), { what: 'the NATS client has it all' });
    const key = succeeded(await workspace.admin.post<{ key: string }>('/v1/keys', { name: 'x', role: 'auditor' })).key;
    const source = await EventSource.open(`${workspace.url}/v1/events`, key, '0');
    await eventually(() => hasEnd(source.told.map(({ event }) => event)), { what: 'the listener has it all' });
    source.close();

    for (const heard of [endpoint.requests.map(eventIn), away.heard, source.told.map(({ event }) => event)])
      expectInOrder(heard);
    const ids = source.told.map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  }, 400_000);
});
