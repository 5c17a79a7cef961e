import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { credsAuthenticator } from '@nats-io/transport-node';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { connectPatiently } from '../support/nats-dial.js';
import { type Entitlement, OpenWorkspace } from '../support/open-workspace.js';
import { type NatsCredentials, StockNatsReader } from '../support/stock-nats-reader.js';

describe('events over NATS, to a consumer with a stock client', () => {
  let workspace: OpenWorkspace;
  const readers: StockNatsReader[] = [];
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ replicas: 2, env: { ACCESS_TOKENS_NATS_USER_TTL_SECONDS: '600' } });
  });
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.leave())));
  afterAll(() => workspace?.stop());

  const make = async (...entitlements: Entitlement[]): Promise<{ id: string; client: ApiClient }> => {
    const body = { name: 'a stock client', entitlements };
    const { id, key } = succeeded(await workspace.admin.post<{ id: string; key: string }>('/v1/consumers', body));
    return { id, client: workspace.admin.with(key) };
  };
  const readerOf = async (client: ApiClient): Promise<StockNatsReader> => {
    const reader = new StockNatsReader(client);
    await reader.renew();
    readers.push(reader);
    return reader;
  };
  const rotated = async (apiService: string, connectionId: string, version: number): Promise<void> => {
    const publication = publicationOf({ apiService, connectionId, version });
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
  };
  const authorized = async (apiService: string): Promise<string> => {
    const publication = publicationOf({ apiService });
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication.connectionId;
  };
  /** Names of the durables that the server has for a consumer. */
  const durablesOf = async (consumerId: string): Promise<string[]> => {
    const connection = await connectAs(workspace.stack.nats, 'provisioner');
    try {
      const lister = (await jetstreamManager(connection, { checkAPI: false })).consumers.list('EVENTS');
      const names: string[] = [];
      for await (const { name } of lister) if (name.startsWith(consumerId)) names.push(name);
      return names.sort();
    } finally {
      await connection.close();
    }
  };

  it('come as plain CloudEvents, of each API service that it is entitled to, and of no other', async () => {
    const { client } = await make({ apiService: 'mail' }, { apiService: 'billing' });
    const reader = await readerOf(client);
    await reader.come();
    const [mail, billing, secret] = await Promise.all(['mail', 'billing', 'secret'].map(authorized));
    await reader.hears(mail!, 1);
    const event = await reader.hears(billing!, 1);
    expect(event).toMatchObject({ specversion: '1.0', type: 'connection.authorized', data: { apiService: 'billing' } });
    expect(reader.heard.map(({ subject }) => subject)).not.toContain(secret);
    expect(JSON.stringify(reader.heard)).not.toContain('canary-');
  });

  it('wait for it while it is away, and come in their order when it is back with a renewed user', async () => {
    const { client } = await make({ apiService: 'mail' });
    const reader = await readerOf(client);
    await reader.come();
    const connectionId = await authorized('mail');
    await reader.hears(connectionId, 1);
    await reader.leave();
    for (const version of [2, 3, 4, 5]) await rotated('mail', connectionId, version);
    await reader.renew();
    await reader.come();
    await reader.hears(connectionId, 5);
    const versions = reader.heard.filter(({ subject }) => subject === connectionId).map(({ data }) => data.version);
    expect(versions).toEqual([1, 2, 3, 4, 5]);
  });

  it('go on over a restart of the server and of the connection', async () => {
    const { client } = await make({ apiService: 'mail' });
    const reader = await readerOf(client);
    await reader.come();
    const connectionId = await authorized('mail');
    await reader.hears(connectionId, 1);
    await workspace.stack.nats.restart();
    // What is asked of NATS while clients are still coming back may go unanswered.
    const again = () => rotated('mail', connectionId, 2).then(() => true);
    await eventually(again, { what: 'credentials publishes again' });
    await reader.hears(connectionId, 2);
    await reader.renew();
    await reader.reconnect();
    await rotated('mail', connectionId, 3);
    await reader.hears(connectionId, 3);
  });

  it('come with a creds file too, for a client that draws no key', async () => {
    const { id } = await make({ apiService: '*' });
    const made = succeeded(await workspace.admin.post<NatsCredentials>(`/v1/consumers/${id}/nats-credentials`));
    expect(made.durables).toEqual([{ name: id, apiService: '*' }]);
    const connection = await connectPatiently({
      servers: made.url,
      inboxPrefix: made.inboxPrefix,
      authenticator: credsAuthenticator(new TextEncoder().encode(made.creds!)),
    });
    const connectionId = await authorized('anything');
    const next = `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${id}`;
    const message = await connection.request(next, '{"batch":1}', { timeout: 30_000, noMux: true });
    expect(message.json()).toMatchObject({ subject: connectionId, data: { apiService: 'anything' } });
    await connection.close();
    expect(workspace.logs).not.toContain('USER NKEY SEED');
  });

  it('are not given to another consumer, whose user is its own', async () => {
    const [one, other] = await Promise.all([make({ apiService: 'mail' }), make({ apiService: 'mail' })]);
    const [reader, nosy] = [await readerOf(one.client), await readerOf(other.client)];
    const connection = await nosy.connected();
    const question = `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${reader.credentials.durables[0]!.name}`;
    await expect(connection.request(question, '1', { timeout: 20_000 })).rejects.toThrow(/permissions violation/i);
    await connection.close();
    const foreign = await other.client.post(`/v1/consumers/${one.id}/nats-credentials`);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'not_itself']);
  });

  it('follow what an admin allows, without a new user for what is taken away', async () => {
    const { id, client } = await make({ apiService: 'mail' }, { apiService: 'billing' });
    const reader = await readerOf(client);
    await reader.come();
    expect(await durablesOf(id)).toEqual([`${id}_billing`, `${id}_mail`]);
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: 'mail' }] }));
    expect(await durablesOf(id)).toEqual([`${id}_mail`]);
    const [mail, billing] = [await authorized('mail'), await authorized('billing')];
    await reader.hears(mail, 1);
    expect(reader.heard.map(({ subject }) => subject)).not.toContain(billing);
  });

  it('are not lost when what it hears becomes wider or narrower while it is away', async () => {
    const { id, client } = await make({ apiService: 'mail' });
    const reader = await readerOf(client);
    const missed = [await authorized('mail')];
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: '*' }] }));
    expect(await durablesOf(id)).toEqual([id]);
    missed.push(await authorized('mail'));
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: 'mail' }] }));
    missed.push(await authorized('mail'));
    await reader.renew();
    await reader.come();
    for (const connectionId of missed) await reader.hears(connectionId, 1);
  });

  it('end when they are withdrawn, and begin anew when they are asked for again', async () => {
    const { id, client } = await make({ apiService: 'mail' });
    const reader = await readerOf(client);
    expect((await client.delete('/v1/consumers/me/nats-credentials')).status).toBe(204);
    expect(await durablesOf(id)).toEqual([]);
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: 'billing' }] }));
    expect(await durablesOf(id)).toEqual([]);
    await reader.renew();
    expect(await durablesOf(id)).toEqual([`${id}_billing`]);
  });

  it('end with the consumer, also if NATS was away then', async () => {
    const { id, client } = await make({ apiService: 'mail' });
    await readerOf(client);
    await workspace.stack.nats.stop();
    expect((await workspace.admin.delete(`/v1/consumers/${id}`)).status).toBe(204);
    expect((await client.post('/v1/consumers/me/nats-credentials')).status).toBe(401);
    await workspace.stack.nats.start();
    await eventually(async () => (await durablesOf(id)).length === 0, { what: 'its durable is gone' });
  });

  it('are refused to a consumer that may use single users’ connections only, with the way that there is', async () => {
    const { client } = await make({ apiService: 'mail', user: 'ada' });
    const refused = await client.post('/v1/consumers/me/nats-credentials');
    expect([refused.status, refused.body.code]).toEqual([409, 'nothing_to_hear_over_nats']);
    expect(refused.body.hint).toContain('/v1/events');
    const mixed = await make({ apiService: 'mail', user: 'ada' }, { apiService: 'billing' });
    const { durables, leftOut } = (await readerOf(mixed.client)).credentials;
    expect([durables.map(({ apiService }) => apiService), leftOut]).toEqual([
      ['billing'],
      [{ apiService: 'mail', user: 'ada' }],
    ]);
  });

  it('are refused for more API services than a NATS user can name, and given for as many as it can', async () => {
    const services = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ apiService: `service-${index}` }));
    const few = await readerOf((await make(...services(20))).client);
    await few.come();
    const heard = await authorized('service-19');
    await few.hears(heard, 1);
    const many = await (await make(...services(100))).client.post('/v1/consumers/me/nats-credentials');
    expect([many.status, many.body.code]).toEqual([409, 'too_many_api_services']);
  });

  it('take a public nkey only', async () => {
    const { client } = await make({ apiService: 'mail' });
    const wrong = await client.post('/v1/consumers/me/nats-credentials', { publicKey: `U${'A'.repeat(55)}` });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'nats_key_refused']);
    expect((await workspace.admin.post('/v1/consumers/me/nats-credentials')).status).toBe(404);
  });
});
