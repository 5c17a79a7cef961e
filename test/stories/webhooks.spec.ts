import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { succeeded } from '../support/api-client.js';
import { clientFaultOf } from '../support/credentials-stand-in.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';
import { type ReceivedRequest, ScriptedServer } from '../support/scripted-server.js';
import { type DeliveryView, type WebhookView, eventIn, webhookDesk } from '../support/webhook-desk.js';

const OK = { status: 204 };
const DOWN = { status: 503 };

describe('webhooks, with two replicas', () => {
  let workspace: OpenWorkspace;
  const endpoints: ScriptedServer[] = [];
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ replicas: 2, env: { ACCESS_TOKENS_WEBHOOK_SECONDS: '4' } });
  });
  afterEach(() => Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close())));
  afterAll(() => workspace?.stop());

  const endpoint = async (...script: Parameters<ScriptedServer['answers']>): Promise<ScriptedServer> => {
    const server = await ScriptedServer.start();
    server.answers(...(script.length === 0 ? [OK] : script));
    endpoints.push(server);
    return server;
  };
  const { consumer, hook, look, deliveries, published, becomes } = webhookDesk(() => workspace);
  const got = (server: ScriptedServer, count: number): Promise<unknown> =>
    eventually(() => server.requests.length >= count, { what: `${count} requests came` });
  const headersOf = ({ headers }: ReceivedRequest) => headers as Record<string, string>;

  it('post what a consumer may hear, signed so that the standard’s own library accepts it, once from two replicas', async () => {
    const { client } = await consumer({ apiService: 'mail', user: 'ada' });
    const server = await endpoint();
    const { secret } = await hook(client, server);
    await published({ user: 'bob' });
    await published({ apiService: 'other', user: 'ada' });
    const connectionId = await published({ user: 'ada' });
    const fault = clientFaultOf({ apiService: 'mail' });
    await workspace.credentials.publishApiService(fault);
    await got(server, 2);
    for (const request of server.requests) {
      expect(new Webhook(secret!).verify(request.body, headersOf(request))).toMatchObject({ specversion: '1.0' });
    }
    const [first] = server.requests;
    expect(first).toMatchObject({ method: 'POST', url: '/hook?key=of-the-url' });
    expect(first!.headers['content-type']).toMatch(/^application\/cloudevents\+json/);
    expect(server.requests.map((request) => eventIn(request).subject).sort()).toEqual(
      [connectionId, fault.apiServiceId].sort(),
    );
    expect(JSON.stringify(server.requests)).not.toContain('canary-');
  });

  it('are checked with a public key alone where that is asked for', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint();
    const webhook = await hook(client, server, { scheme: 'ed25519' });
    expect(webhook).toMatchObject({ secret: null, publicKey: expect.stringMatching(/^whpk_/) });
    await published();
    await got(server, 1);
    const { body, headers } = server.requests[0]!;
    const x = Buffer.from(webhook.publicKey!.slice('whpk_'.length), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const content = Buffer.from(`${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`);
    const signature = Buffer.from(String(headers['webhook-signature']).replace('v1a,', ''), 'base64');
    expect(verify(null, content, key, signature)).toBe(true);
  });

  it('are filtered by type and API service, within what the consumer may use', async () => {
    const { client } = await consumer({ apiService: 'mail' }, { apiService: 'billing' });
    const server = await endpoint();
    await hook(client, server, { types: ['token.rotated'], apiServices: ['mail'] });
    const connectionId = await published();
    await published({ apiService: 'billing', version: 2 });
    await published({ connectionId, version: 2 });
    await got(server, 1);
    expect(server.requests.map((request) => eventIn(request).type)).toEqual(['token.rotated']);
    const beyond = await client.post('/v1/webhooks', { url: server.url, apiServices: ['secret'] });
    expect(beyond).toMatchObject({ status: 403, body: { code: 'webhook_beyond_entitlements' } });
  });

  it('sign with both keys while one takes the other’s place, and with the new one alone afterwards', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint();
    const webhook = await hook(client, server);
    const changed = succeeded(await client.post<WebhookView>(`/v1/webhooks/${webhook.id}/secret`));
    await published();
    await got(server, 1);
    const [request] = server.requests;
    expect(String(request!.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const { secret } of [webhook, changed]) new Webhook(secret!).verify(request!.body, headersOf(request!));
    const last = succeeded(await client.post<WebhookView>(`/v1/webhooks/${webhook.id}/secret`, { overlapSeconds: 0 }));
    await published();
    await got(server, 2);
    const then = server.requests[1]!;
    new Webhook(last.secret!).verify(then.body, headersOf(then));
    expect(() => new Webhook(changed.secret!).verify(then.body, headersOf(then))).toThrow();
  });

  it('try again what failed, under the same id, and hold the connection’s next events back until it arrived', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint(DOWN, { status: 302, headers: { location: '/elsewhere' } }, OK);
    const webhook = await hook(client, server);
    const connectionId = await published();
    for (const version of [2, 3]) await published({ connectionId, version });
    await becomes({ client, webhook }, 'delivered');
    const seen = server.requests.map((request) => [request.headers['webhook-id'], eventIn(request).data.version]);
    expect(seen.map(([, version]) => version)).toEqual([1, 1, 1, 2, 3]);
    expect(new Set(seen.map(([id]) => id)).size).toBe(3);
    expect(String(seen[0]![0])).not.toContain('.');
    const first = (await deliveries(client, webhook)).at(-1)!;
    expect(first.log.map(({ status }) => status)).toEqual([503, 302, 204]);
    expect((await look(client, webhook)).failingSince).toBeNull();
  });

  it('let the next events pass one that was refused five times', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const refusesFirst = (response: import('node:http').ServerResponse, request: ReceivedRequest): void => {
      response.writeHead(eventIn(request).data.version === 1 ? 400 : 204).end();
    };
    const server = await endpoint(refusesFirst);
    const webhook = await hook(client, server);
    const connectionId = await published();
    await published({ connectionId, version: 2 });
    await becomes({ client, webhook }, 'delivered');
    const versions = server.requests.map((request) => eventIn(request).data.version);
    expect(versions.indexOf(2)).toBe(5);
    expect((await deliveries(client, webhook)).at(-1)).toMatchObject({ status: 'pending' });
  });

  it('heed Retry-After, and don’t wait for an endpoint that says nothing', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint({ status: 429, headers: { 'retry-after': '3600' } }, () => undefined, OK);
    const webhook = await hook(client, server);
    await published();
    await got(server, 1);
    const waits = await eventually(
      async () => (await deliveries(client, webhook)).find(({ attempts }) => attempts === 1),
      {
        what: 'the refusal is in the log',
      },
    );
    expect(Date.parse(waits.nextAttemptAt!) - Date.now()).toBeGreaterThan(3_000_000);
    const delivered = await becomes({ client, webhook }, 'delivered');
    expect(delivered.log.map(({ status, problem }) => status ?? problem)).toEqual([
      429,
      expect.stringMatching(/^egress_timeout/),
      204,
    ]);
  });

  it('are disabled by 410, with the reason, and told what waited once they are enabled again', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint({ status: 410 }, OK);
    const webhook = await hook(client, server);
    await published();
    await eventually(async () => (await look(client, webhook)).status === 'disabled', { what: 'it is disabled' });
    expect((await look(client, webhook)).disabledBecause).toContain('410');
    await published();
    succeeded(await client.patch(`/v1/webhooks/${webhook.id}`, { enabled: true }));
    const heard = await published();
    await got(server, 2);
    expect(eventIn(server.requests[1]!).subject).toBe(heard);
  });

  it('are disabled, with the reason, after two days in which nothing arrived; redelivery by hand mends what was given up', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint({ status: 500, body: 'the disk of-the-url is full' });
    const webhook = await hook(client, server);
    await published();
    await eventually(async () => (await look(client, webhook)).failingSince, { what: 'it is seen to fail' });
    await rowsOf(workspace.databaseUrl, `UPDATE webhooks SET failing_since = now() - interval '2 days' WHERE id = $1`, [
      webhook.id,
    ]);
    const given = await becomes({ client, webhook }, 'given_up', 'now()');
    const disabled = await look(client, webhook);
    expect(disabled).toMatchObject({ status: 'disabled', disabledBecause: expect.stringMatching(/two days.*disk/) });
    expect(given.log.at(-1)!.problem).toContain('full');
    server.answers(OK);
    succeeded(await client.patch(`/v1/webhooks/${webhook.id}`, { enabled: true }));
    const again = await client.post<DeliveryView>(`/v1/webhooks/${webhook.id}/deliveries/${given.id}/redeliver`);
    expect(again).toMatchObject({ status: 202, body: { status: 'pending', messageId: given.messageId } });
    await got(server, 1);
    expect(server.onlyRequest.headers['webhook-id']).toBe(given.messageId);
  });

  it('withhold what the consumer may not hear of any more when its turn comes', async () => {
    const { id, client } = await consumer({ apiService: 'mail' });
    const server = await endpoint(DOWN, OK);
    const webhook = await hook(client, server);
    await published();
    await got(server, 1);
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: 'billing' }] }));
    await becomes({ client, webhook }, 'withheld');
    expect(server.requests).toHaveLength(1);
  });

  it('never call what is in a private network, and say so', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const body = { url: 'https://10.1.2.3/hook' };
    const webhook = succeeded(await client.post<WebhookView>('/v1/webhooks', body));
    await published();
    const refused = await eventually(
      async () => (await deliveries(client, webhook)).find(({ attempts }) => attempts > 0),
      {
        what: 'the attempt is in the log',
      },
    );
    expect(refused.log[0]).toMatchObject({ status: null, problem: expect.stringMatching(/^egress_refused/) });
    for (const url of ['ftp://x.example/', 'https://u:p@x.example/', 'https://x.example/#f', 'x', '//x']) {
      expect(await client.post('/v1/webhooks', { url })).toMatchObject({
        status: 400,
        body: { code: 'input_invalid' },
      });
    }
  });

  it('belong to their consumer: another finds nothing, people see all, auditors no address', async () => {
    const [one, other] = await Promise.all([consumer({ apiService: 'mail' }), consumer({ apiService: 'mail' })]);
    const server = await endpoint();
    const webhook = await hook(one.client, server);
    const path = `/v1/webhooks/${webhook.id}`;
    for (const answer of [
      await other.client.get(path),
      await other.client.patch(path, { enabled: false }),
      await other.client.delete(path),
      await other.client.post(`${path}/secret`),
      await other.client.get(`${path}/deliveries`),
      await other.client.post(`${path}/deliveries/1/redeliver`),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
    expect(succeeded(await other.client.get<{ items: [] }>('/v1/webhooks')).items).toEqual([]);
    const listed = await workspace.admin.get<{ items: WebhookView[] }>(`/v1/webhooks?consumer=${one.id}`);
    expect(succeeded(listed).items).toMatchObject([{ id: webhook.id, url: `${server.url}/hook?key=of-the-url` }]);
    const auditor = succeeded(
      await workspace.admin.post<{ key: string }>('/v1/keys', { name: 'x', role: 'auditor' }),
    ).key;
    const shown = await workspace.admin.with(auditor).get(path);
    expect(shown.text).not.toContain('of-the-url');
    expect(shown.text).not.toContain('whsec_');
    const ofAdmin = { url: server.url, consumer: one.id };
    expect(succeeded(await workspace.admin.post(`/v1/webhooks`, ofAdmin))).toMatchObject({ consumer: one.id });
    expect((await workspace.admin.post('/v1/webhooks', { url: server.url })).body.code).toBe('input_invalid');
    expect((await other.client.post('/v1/webhooks', ofAdmin)).body.code).toBe('input_invalid');
  });

  it('are finished by the other replica when one is killed in the middle', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const held: (() => void)[] = [];
    const heldBack: ReceivedRequest[] = [];
    const server = await endpoint((response, request) => {
      heldBack.push(request);
      held.push(() => response.writeHead(204).end());
    });
    const webhook = await hook(client, server);
    const ids = await Promise.all(Array.from({ length: 30 }, () => published()));
    await got(server, 4);
    await workspace.replicas[1]!.stop('SIGKILL');
    server.answers(OK);
    held.forEach((answer) => answer());
    await eventually(
      async () => {
        // Its leases end by themselves, later; that isn't waited for here.
        await rowsOf(
          workspace.databaseUrl,
          'UPDATE webhook_deliveries SET leased_until = now() WHERE webhook_id = $1',
          [webhook.id],
        );
        return (await deliveries(client, webhook)).every(({ status }) => status === 'delivered');
      },
      { what: 'all are delivered' },
    );
    const told = [...heldBack, ...server.requests].map((request) => eventIn(request).subject);
    expect(new Set(told)).toEqual(new Set(ids));
    await workspace.replicas[1]!.start();
  });

  it('leave no secret in the database, the log or the metrics', async () => {
    const { client } = await consumer({ apiService: 'mail' });
    const server = await endpoint(DOWN);
    const { secret } = await hook(client, server, { description: randomUUID() });
    await published();
    await got(server, 1);
    const rows = await everyRow(workspace.databaseUrl);
    for (const text of [rows, workspace.logs]) {
      expect(text).not.toContain(secret!);
      expect(text).not.toContain('of-the-url');
      expect(text).not.toContain('canary-');
    }
    const metrics = await (await fetch(`${workspace.url}/metrics`)).text();
    expect(metrics).toMatch(/lockkeeper_webhook_attempts_total\{outcome="delivered"\} [1-9]/);
    expect(metrics).toMatch(/lockkeeper_webhook_deliveries_pending [1-9]/);
  });
});
