import { createServer, type Server } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HeardEvent, Lockkeeper } from '@lockkeeper/client';
import { freePort } from '@lockkeeper/local-stack';
import Provider from 'oidc-provider';
import * as oauth from 'oauth4webapi';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk, type TokenView, tokenPath } from '../support/desk.js';
import { EventSource } from '../support/event-source.js';
import { eventually } from '../support/eventually.js';
import { rulesFile } from '../support/issuer.js';
import { System } from '../support/workspaces.js';

const AUDIENCE = 'https://lockkeeper.example';
const SECRET = 'a-secret-of-the-organisation-0123456789';
const CONNECTION = 'urn:lockkeeper:params:oauth:token-type:connection';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const RULES = [
  { name: 'keepers', when: { groups: 'keepers' }, role: 'admin' },
  { name: 'readers', when: { groups: 'readers' }, role: 'auditor' },
];

/** Each client is a consumer of its own, with these API services. */
const rulesOf = (clients: string[], apiServices: string[]): Record<string, unknown>[] => [
  ...RULES,
  ...clients.map((name) => ({
    name,
    when: { client_id: name },
    role: 'consumer',
    entitlements: apiServices.map((apiService) => ({ apiService })),
  })),
];

/** The organisation's issuer: each client is in the group that its id names, and gets JWTs by RFC 9068 (resource indicators, RFC 8707). */
async function startOrganisation(port: number): Promise<Server> {
  const clientOf = (id: string) => ({
    client_id: id,
    client_secret: SECRET,
    grant_types: ['client_credentials'],
    response_types: [] as [],
    redirect_uris: [],
  });
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: ['keepers', 'readers', 'invoices', 'brief', 'crm-sync', 'strangers'].map(clientOf),
    // What is bound to a token's end has to be seen ending.
    ttl: { ClientCredentials: (_context, _token, { clientId }) => (clientId === 'brief' ? 10 : 600) },
    extraTokenClaims: (_context, token) => ({ groups: [token.clientId] }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => ({ scope: 'tokens:read', audience, accessTokenFormat: 'jwt' }),
      },
    },
  });
  const server = createServer(provider.callback());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

describe('tokens of the organisation’s own issuer, at every kind of door', () => {
  let system: System;
  let organisation: Server;
  let issuer: string;
  let rules: string;
  let ada: Connected;
  beforeAll(async () => {
    issuer = `http://127.0.0.1:${await freePort()}`;
    organisation = await startOrganisation(Number(new URL(issuer).port));
    rules = await rulesFile(rulesOf(['invoices', 'brief'], ['sandbox']));
    const settings = (prefix: string, file: string) => ({
      [`${prefix}_JWT_ISSUER`]: issuer,
      [`${prefix}_JWT_AUDIENCE`]: AUDIENCE,
      [`${prefix}_JWT_RULES_FILE`]: file,
    });
    system = await System.start({
      env: {
        ...settings('CREDENTIALS', await rulesFile(RULES)),
        ...settings('ACCESS_TOKENS', rules),
        // A listener's standing is looked at with each heartbeat.
        ACCESS_TOKENS_EVENTS_HEARTBEAT_SECONDS: '1',
      },
    });
    const desk = new Desk(system);
    await desk.registerSandbox();
    ada = await desk.connect('sandbox', 'ada@example.com');
  });
  afterAll(async () => {
    await system?.stop();
    organisation?.closeAllConnections();
    await new Promise((resolve) => (organisation ? organisation.close(resolve) : resolve(null)));
  });

  const tokenOf = async (clientId: string, resource = AUDIENCE): Promise<string> => {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'tokens:read' }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const bearing = async (client: ApiClient, clientId: string) => client.with(await tokenOf(clientId));

  it('people’s programs in both workspaces: the role that the rules give, and the subject in the audit log', async () => {
    const [keepers, readers] = [await bearing(system.admin, 'keepers'), await bearing(system.admin, 'readers')];
    const [connection] = succeeded(await keepers.get<{ items: { id: string }[] }>('/v1/connections')).items;
    expect(connection!.id).toBe(ada.id);
    succeeded(await keepers.patch(`/v1/connections/${ada.id}`, { notify: 'ada@example.com' }));
    expect(await readers.patch(`/v1/connections/${ada.id}`, { notify: null })).toMatchObject({
      status: 403,
      body: { code: 'role_refused' },
    });
    const { items } = succeeded(
      await readers.get<{ items: { actor: string; action: string }[] }>('/v1/audit?limit=1000'),
    );
    const did = items.filter(({ actor }) => actor === `subject:${issuer}#keepers`).map(({ action }) => action);
    expect(did).toEqual(expect.arrayContaining(['subject.used', 'connection.readdressed']));

    const tokensKeepers = await bearing(system.tokensAdmin, 'keepers');
    const made = await tokensKeepers.post<{ createdBy: string }>('/v1/consumers', {
      name: 'by a token',
      entitlements: [],
    });
    expect(succeeded(made).createdBy).toBe(`subject:${issuer}#keepers`);
    expect(succeeded(await tokensKeepers.get('/v1/session'))).toMatchObject({ role: 'admin' });
    expect((await tokensKeepers.delete('/v1/sessions')).status).toBe(204);
    expect(await tokensKeepers.post('/v1/session/links')).toMatchObject({ status: 401 });
  });

  it('a subject becomes a consumer of its own, with what its rule says, and its exposure is written down', async () => {
    const invoices = await bearing(system.tokensAdmin, 'invoices');
    // However many come with it at once: one consumer is made, and one entry written.
    await Promise.all(Array.from({ length: 10 }, () => invoices.get('/v1/tokens')));
    const made = await system.tokensAdmin.get<{ items: object[] }>('/v1/audit?action=consumer.created');
    expect(succeeded(made).items.filter((item) => JSON.stringify(item).includes('"invoices"'))).toHaveLength(1);
    const reads = [await invoices.get<TokenView>(tokenPath(ada)), await invoices.get<TokenView>(tokenPath(ada))];
    expect(reads.map(({ status }) => status)).toEqual([200, 200]);
    const { items } = succeeded(
      await system.tokensAdmin.get<{ items: { id: string; name: string; subject: object | null }[] }>('/v1/consumers'),
    );
    const consumer = items.find(({ name }) => name === 'invoices')!;
    expect(consumer).toMatchObject({
      subject: { issuer, subject: 'invoices', rule: 'invoices' },
      entitlements: [{ apiService: 'sandbox', user: null }],
      createdBy: `issuer:${issuer}`,
    });
    const exposures = await system.tokensAdmin.get<{ items: object[] }>(`/v1/exposures?consumer=${consumer.id}`);
    expect(succeeded(exposures).items).toMatchObject([{ connectionId: ada.id, reads: 2, consumerName: 'invoices' }]);
    const [entry] = succeeded(
      await system.tokensAdmin.get<{ items: { actor: string }[] }>('/v1/audit?action=token.exposed'),
    ).items;
    expect(entry!.actor).toBe(`subject:${issuer}#invoices`);

    // Another token of the same subject is the same consumer.
    await (await bearing(system.tokensAdmin, 'invoices')).get(tokenPath(ada));
    const again = await system.tokensAdmin.get<{ items: { name: string }[] }>('/v1/consumers?limit=1000');
    expect(succeeded(again).items.filter(({ name }) => name === 'invoices')).toHaveLength(1);

    for (const [method, path, body] of [
      ['POST', `/v1/consumers/${consumer.id}/keys`, {}],
      ['PATCH', `/v1/consumers/${consumer.id}`, { entitlements: [{ apiService: '*' }] }],
    ] as const) {
      const answer = await system.tokensAdmin.send(method, path, { body });
      expect(answer).toMatchObject({ status: 409, body: { code: 'consumer_of_issuer' } });
    }
    const hook = { url: 'https://hooks.example/events' };
    expect(await invoices.post('/v1/webhooks', hook)).toMatchObject({
      status: 409,
      body: { code: 'consumer_of_issuer' },
    });
  });

  it('calls, lists, events over HTTP and NATS, and OAuth’s own token endpoint', async () => {
    const token = await tokenOf('invoices');
    const invoices = system.tokensAdmin.with(token);
    expect(succeeded(await invoices.get(`/v1/proxy/sandbox/${encodeURIComponent(ada.user)}/me`))).toMatchObject({
      login: 'alice',
    });
    const listed = succeeded(await invoices.get<{ items: { connectionId: string }[] }>('/v1/tokens')).items;
    expect(listed.map(({ connectionId }) => connectionId)).toEqual([ada.id]);

    const source = await EventSource.open(`${system.accessTokensUrl}/v1/events`, token);
    const nats = succeeded(await invoices.post<{ expiresAt: string }>('/v1/consumers/me/nats-credentials'));
    expect(Date.parse(nats.expiresAt)).toBeLessThanOrEqual(expiryOf(token));
    succeeded(await invoices.post(`${tokenPath(ada)}/refresh`, { supersedes: 1 }));
    await eventually(() => source.told.some(({ type }) => type === 'token.rotated'), { what: 'the rotation is heard' });
    source.close();

    const form = { subject_token: ada.id, subject_token_type: CONNECTION };
    const as = { issuer: system.accessTokensUrl, token_endpoint: `${system.accessTokensUrl}/oauth/token` };
    const asserted: oauth.ClientAuth = (_as, client, body) => {
      body.set('client_id', client.client_id);
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      body.set('client_assertion', token);
    };
    const client = { client_id: 'invoices' };
    const way = { [oauth.allowInsecureRequests]: true };
    const answer = await oauth.genericTokenEndpointRequest(as, client, asserted, EXCHANGE, form, way);
    const processed = await oauth.processGenericTokenEndpointResponse(as, client, answer);
    expect(processed.access_token).toBe(succeeded(await invoices.get<TokenView>(tokenPath(ada))).accessToken);
    const bearer = await invoices.postForm('/oauth/token', { ...form, grant_type: EXCHANGE });
    expect(succeeded(bearer)['access_token']).toBe(processed.access_token);
    for (const wrong of [
      {
        client_id: 'crm-sync',
        client_assertion: token,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
      { client_assertion: token },
      {
        client_assertion: system.keys.accessTokensAdmin,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
    ] as Record<string, string>[]) {
      const refused = await system.tokensAdmin
        .with(null)
        .postForm('/oauth/token', { ...form, grant_type: EXCHANGE, ...wrong });
      expect([400, 401]).toContain(refused.status);
    }
  });

  it('the SDK’s NATS user ends with each token, is renewed before it does, and its listener hears on, also when Lockkeeper was away for longer, or it may hear of more', async () => {
    using lockkeeper = new Lockkeeper({ url: system.accessTokensUrl, key: () => tokenOf('brief'), listen: false });
    const heard: HeardEvent[] = [];
    const life = new AbortController();
    const listening = (async () => {
      for await (const event of lockkeeper.events({ transport: 'nats', signal: life.signal })) heard.push(event);
    })();
    const issued = async (): Promise<number> => {
      const entries = '/v1/audit?action=consumer.nats_user_issued&limit=1000';
      const { items } = succeeded(await system.tokensAdmin.get<{ items: { actor: string }[] }>(entries));
      return items.filter(({ actor }) => actor === `subject:${issuer}#brief`).length;
    };
    const desk = new Desk(system);
    const hearsOf = (connection: Connected) =>
      eventually(() => heard.some(({ subject }) => subject === connection.id), { what: 'it is heard of' });
    await hearsOf(await desk.connect('sandbox'));
    const firstEnded = Date.now() + 11_000;
    await eventually(async () => Date.now() > firstEnded && (await issued()) > 2, {
      what: 'it was renewed past its end',
    });
    await hearsOf(await desk.connect('sandbox'));

    // Away for longer than its token lives: the server ends the connection, and refuses it until there is another token.
    const [replica] = system.accessTokens;
    await replica!.stop();
    const endedAt = Date.now() + 13_000;
    await eventually(() => Date.now() > endedAt, { what: 'its NATS user is over, twice' });
    await replica!.start();
    await hearsOf(await desk.connect('sandbox'));

    // And what its rule gives it besides, it hears of too.
    await desk.registerSandbox('second');
    await writeFile(rules, JSON.stringify(rulesOf(['invoices', 'brief'], ['sandbox', 'second'])));
    const before = (await issued()) + 1;
    await eventually(async () => (await issued()) > before, { what: 'it was renewed by the changed rule' });
    await hearsOf(await desk.connect('second'));
    life.abort();
    await listening;
  });

  it('nobody comes in whom no rule names, or whose token is for another audience, or none for an API; no log has a token', async () => {
    const opaque = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`keepers:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: reference } = (await opaque.json()) as { access_token: string };
    const elsewhere = await tokenOf('keepers', 'https://elsewhere.example');
    const strange = await tokenOf('strangers');
    for (const client of [system.admin, system.tokensAdmin]) {
      const unknown = await client.with(strange).get('/v1/audit');
      expect(unknown).toMatchObject({ status: 401, body: { code: 'bearer_refused' } });
      expect(unknown.text).toContain('JWT_RULES_FILE');
      const misdirected = await client.with(elsewhere).get('/v1/audit');
      expect(misdirected).toMatchObject({ status: 401, body: { code: 'bearer_refused' } });
      expect(misdirected.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await client.with(reference).get('/v1/audit')).toMatchObject({
        status: 401,
        body: { code: 'key_required' },
      });
    }
    for (const token of [elsewhere, strange, reference]) expect(system.logs).not.toContain(token.split('.').at(-1));
    expect(system.logs).not.toContain(await tokenOf('keepers').then((token) => token.split('.')[2]));
  });

  it('rules follow their file without a restart: a consumer that was made by hand for one, nothing any more for another, whose listener ends', async () => {
    const invoices = await bearing(system.tokensAdmin, 'invoices');
    expect((await invoices.get(tokenPath(ada))).status).toBe(200);
    const source = await EventSource.open(`${system.accessTokensUrl}/v1/events`, await tokenOf('invoices'));
    const body = { name: 'CRM', entitlements: [{ apiService: 'sandbox', user: ada.user }] };
    const { id } = succeeded(await system.tokensAdmin.post<{ id: string }>('/v1/consumers', body));
    const crm = await bearing(system.tokensAdmin, 'crm-sync');
    expect((await crm.get(tokenPath(ada))).status).toBe(401);
    const changed = JSON.stringify([
      ...RULES,
      { name: 'crm', when: { client_id: 'crm-sync' }, role: 'consumer', consumer: id },
      { name: 'invoices', when: { client_id: 'invoices' }, role: 'consumer', entitlements: [] },
    ]);
    // As somebody writes it, in two goes: what is no JSON changes nothing.
    await writeFile(rules, changed.slice(0, 40));
    await eventually(() => /bearer_rules_refused/.test(system.logs), {
      what: 'the log says what is wrong with the file',
    });
    expect((await invoices.get(tokenPath(ada))).status).toBe(200);
    await writeFile(rules, changed);
    await eventually(async () => (await crm.get(tokenPath(ada))).status === 200, { what: 'the new rule lets it in' });
    const exposures = await system.tokensAdmin.get<{ items: object[] }>(`/v1/exposures?consumer=${id}`);
    expect(succeeded(exposures).items).toMatchObject([{ consumerName: 'CRM' }]);
    expect(await crm.post('/v1/webhooks', { url: 'https://hooks.example/events' })).toMatchObject({ status: 201 });
    expect(await invoices.get(tokenPath(ada))).toMatchObject({ status: 403, body: { code: 'not_entitled' } });
    await eventually(() => source.ended, { what: 'who listened by the former rules is sent to come anew' });
    const [row] = await rowsOf(
      system.databases.accessTokensDatabaseUrl,
      `SELECT count(*)::int AS rows FROM consumers WHERE subject = 'invoices'`,
    );
    expect(row).toEqual({ rows: 1 });
  });
});

function expiryOf(token: string): number {
  return (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number }).exp * 1000;
}
