import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dpopProof, drawSigningKey } from '@lockkeeper/sealing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ApiClient, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { PRIVATE_OR_PROOF, registerBinding, thumbprint } from '../support/dpop.js';
import { eventually } from '../support/eventually.js';
import { type ReceivedRequest, type ScriptedAnswer, ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

/** A real provider and an API that check every proof, and want nonces; and one that does what it is told. */
const STRICT = 'strict';
const SCRIPTED = 'scripted';

const tokens = (round: number, type = 'DPoP'): ScriptedAnswer => ({
  body: { access_token: `at-${round}`, token_type: type, expires_in: 3600, refresh_token: `refresh-${round}` },
});
const form = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body));

describe('Tokens that are bound to a key', () => {
  let system: System;
  let desk: Desk;
  let server: ScriptedServer;
  /** A consumer's, for the strict server's API. */
  let key: string;

  beforeAll(async () => {
    [system, server] = await Promise.all([System.start({ credentialsReplicas: 2 }), ScriptedServer.start()]);
    desk = new Desk(system);
    await registerBinding(system, STRICT);
    const reader = { name: 'caller', entitlements: [{ apiService: STRICT }] };
    key = succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', reader)).key;
    succeeded(
      await system.admin.post('/v1/api-services', { slug: SCRIPTED, clientId: 'client-1', manifest: scripted() }),
    );
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), server?.close()]);
  });

  const scripted = (more: object = {}) => ({
    manifest: 1,
    clientAuthentication: 'none',
    authorize: { url: `${server.url}/authorize` },
    token: { url: `${server.url}/token` },
    revoke: { request: { url: `${server.url}/revoke`, body: { parameters: { token: '{{ token }}' } } } },
    test: { request: { url: `${server.url}/api/me` } },
    use: { baseUrls: [`${server.url}/api`] },
    dpop: {},
    ...more,
  });

  /** Consent at the scripted server, which answers the exchange with the script. */
  async function consentAt(connection: Connected, ...script: ScriptedAnswer[]) {
    const browser = new Browser();
    await browser.enter(await desk.link(connection), `${server.url}/authorize`);
    const departure = new URL(browser.hops.at(-1)!.location!);
    server.answers(...script);
    const answer = new URLSearchParams({ code: 'code-1', state: departure.searchParams.get('state')! });
    const page = await browser.open(`${system.credentialsUrl}/callback/${connection.apiService}?${answer}`);
    return { page, jkt: departure.searchParams.get('dpop_jkt') };
  }
  const ready = ({ id }: Connected, version: number) =>
    eventually(
      async () => {
        const path = `/v1/tokens?apiService=${SCRIPTED}&limit=1000`;
        const { items } = succeeded(
          await system.tokensAdmin.get<{ items: { connectionId: string; version: number }[] }>(path),
        );
        return items.some((item) => item.connectionId === id && item.version >= version);
      },
      { what: `version ${version} is known in access-tokens` },
    );
  const refreshAt = (replica: number, { id }: Connected) =>
    new ApiClient(system.credentials[replica]!.url, system.keys.credentialsAdmin).post<{ outcome: string }>(
      `/v1/connections/${id}/refresh`,
    );

  describe('at a server and an API that check them', () => {
    let connection: Connected;
    const call = async (path: string, init: { method?: string; body?: string } = {}) => {
      const door = `${system.accessTokensUrl}/v1/proxy/${STRICT}/${connection.user}/${path}`;
      return fetch(door, { ...init, headers: { authorization: `Bearer ${key}` } });
    };

    it('D106 D112 come from a consent, are refreshed, and are used by calls through the proxy', async () => {
      connection = await desk.open(STRICT);
      expect((await desk.consent(connection)).status).toBe(200);
      expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });
      const answer = await eventually(
        async () => {
          const found = await call('me');
          return found.status === 200 && found;
        },
        { what: 'the API takes the token' },
      );
      expect(await answer.json()).toMatchObject({ login: 'alice' });
      expect(await refreshAt(1, connection)).toMatchObject({ body: { outcome: 'rotated', version: 2 } });
      const noted = await eventually(
        async () => {
          const written = await call('notes', { method: 'POST', body: JSON.stringify({ text: 'bound' }) });
          return written.headers.get('lockkeeper-token-version') === '2' && written;
        },
        { what: 'a call is made with version 2' },
      );
      expect(noted.status).toBe(201);
    });

    it('D109 were asked for with the server’s nonce: one refusal each where none was known', () => {
      const { authorization_code: exchanges, refresh_token: refreshes } = system.sandbox.statistics.tokenRequests;
      expect([exchanges, refreshes]).toEqual([
        { ok: 1, use_dpop_nonce: 1 },
        { ok: 1, use_dpop_nonce: 1 },
      ]);
    });

    it('D108 are proved anew with each of many calls', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => call('me')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });

    it('G8 pass the test call', async () => {
      const { body } = await system.admin.post(`/v1/connections/${connection.id}/test`);
      expect(body).toMatchObject({ ok: true, status: 200 });
    });

    it('D113 can’t be read, by whichever door, and the reason is told', async () => {
      const { status, body } = await desk.read(connection);
      expect([status, body.code]).toEqual([409, 'token_bound']);
      const answer = await system.tokensAdmin.with(key).postForm('/oauth/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: connection.id,
        subject_token_type: 'urn:lockkeeper:params:oauth:token-type:connection',
        audience: STRICT,
      });
      expect([answer.status, answer.body]).toEqual([
        400,
        expect.not.objectContaining({ access_token: expect.anything() }),
      ]);
      expect(answer.text).toContain('bound to a key');
    });

    it('P3 are used by calls in one JSON, too', async () => {
      const consumer = await desk.consumerOf(STRICT);
      const { user } = connection;
      const input = { apiService: STRICT, user, method: 'GET', url: `${system.sandbox.url}/api/me`, find: 'login' };
      expect((await consumer.post('/v1/requests', input)).body).toMatchObject({ status: 200, found: 'alice' });
    });
  });

  describe('at a server that does as it is told', () => {
    let connection: Connected;
    let jkt: string;

    it('D114 D111 are bound to the key whose thumbprint the authorization request named', async () => {
      connection = await desk.open(SCRIPTED);
      const consent = await consentAt(connection, tokens(1));
      jkt = consent.jkt!;
      expect([consent.page.status, await thumbprint(server.onlyRequest)]).toEqual([200, jkt]);
      await ready(connection, 1);
    });

    it('D111 are refreshed by the same key at another replica, and after a restart', async () => {
      server.answers(tokens(2));
      expect((await refreshAt(1, connection)).body).toMatchObject({ outcome: 'rotated' });
      expect(await thumbprint(server.onlyRequest)).toBe(jkt);
      await system.kill('credentials-2');
      await system.replica('credentials-2').start();
      server.answers(tokens(3));
      expect((await refreshAt(1, connection)).body).toMatchObject({ outcome: 'rotated' });
      expect([await thumbprint(server.onlyRequest), form(server.onlyRequest).refresh_token]).toEqual([
        jkt,
        'refresh-2',
      ]);
    });

    it('D109 spend no refresh token for a nonce: one repeat, and the answer counts', async () => {
      server.answers({ status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } }, tokens(4));
      expect((await refreshAt(0, connection)).body).toMatchObject({ outcome: 'rotated', version: 4 });
      expect(server.requests.map((request) => form(request).refresh_token)).toEqual(['refresh-3', 'refresh-3']);
      expect(server.requests.map(({ headers }) => decodeJwt(headers['dpop'] as string).nonce)).toEqual([
        undefined,
        'n-1',
      ]);
      expect((await desk.timeline(connection))[0]!.steps.map(({ status }) => status)).toEqual([400, 200]);
    });

    it('keep the key of a grant while another consent is begun and given up', async () => {
      const browser = new Browser();
      await browser.enter(await desk.link(connection), `${server.url}/authorize`);
      expect(new URL(browser.hops.at(-1)!.location!).searchParams.get('dpop_jkt')).not.toBe(jkt);
      server.answers(tokens(5));
      expect((await refreshAt(0, connection)).body).toMatchObject({ outcome: 'rotated' });
      expect(await thumbprint(server.onlyRequest)).toBe(jkt);
    });

    it('D110 are not replaced by one that is bound to nothing: its answer is kept unread until somebody decides', async () => {
      server.answers(tokens(6, 'Bearer'));
      expect((await refreshAt(0, connection)).body).toMatchObject({ outcome: 'failed', version: 5 });
      expect(await desk.look(connection)).toMatchObject({
        status: 'refresh_failing',
        version: 5,
        fault: { code: 'answer_unread' },
      });
      const [unread] = await desk.timeline(connection);
      expect(unread).toMatchObject({ event: 'refresh_unread', detail: expect.stringContaining('not DPoP') });
      server.answers(tokens(7));
      await refreshAt(1, connection);
      expect(server.requests).toHaveLength(0);
    });

    it('D110 give way where an admin says that the server decides', async () => {
      const manifest = scripted({ dpop: { required: false } });
      succeeded(await system.admin.patch(`/v1/api-services/${SCRIPTED}`, { manifest }));
      succeeded(await system.admin.post(`/v1/connections/${connection.id}/replay`));
      expect(await desk.reads(connection, 6)).toMatchObject({ accessToken: 'at-6', tokenType: 'Bearer' });
      succeeded(await system.admin.patch(`/v1/api-services/${SCRIPTED}`, { manifest: scripted() }));
      server.answers(tokens(7));
      expect((await refreshAt(0, connection)).body).toMatchObject({ outcome: 'rotated' });
      expect([await thumbprint(server.onlyRequest), form(server.onlyRequest).refresh_token]).toEqual([
        jkt,
        'refresh-6',
      ]);
      await desk.isRefused(connection, 'token_bound');
    });

    it('get another key with another consent', async () => {
      const again = await consentAt(connection, tokens(8));
      expect(again.page.status).toBe(200);
      expect(again.jkt).not.toBe(jkt);
      expect(await thumbprint(server.onlyRequest)).toBe(again.jkt);
    });

    it('D110 end a consent where they come bound to nothing', async () => {
      const refused = await desk.open(SCRIPTED);
      const { page } = await consentAt(refused, tokens(1, 'Bearer'));
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(await desk.look(refused)).toMatchObject({ status: 'pending', version: 0 });
      expect((await desk.timeline(refused))[0]).toMatchObject({
        event: 'authorization_failed',
        hint: expect.stringContaining('dpop.required'),
      });
    });

    it('are revoked, and tried with their proof whether they are dead', async () => {
      server.answers({ status: 200 }, { status: 200 }, { status: 401 });
      await desk.revoke(connection);
      await desk.tells(connection, 'provider_revoked');
      const tried = server.requests.find(({ url }) => url === '/api/me')!;
      expect(tried.headers.authorization).toBe('DPoP at-8');
      expect(decodeProtectedHeader(tried.headers['dpop'] as string).typ).toBe('dpop+jwt');
    });

    it('D111 are bound to one key from a device’s first poll on', async () => {
      const { authorize: _none, ...manifest } = scripted({
        grant: 'device_code',
        device: { url: `${server.url}/device` },
      });
      succeeded(await system.admin.post('/v1/api-services', { slug: 'device', clientId: 'client-1', manifest }));
      const device = await desk.open('device');
      const code = { device_code: 'device-code-1', user_code: 'ABCD', verification_uri: 'https://as.example/device' };
      const pending = { status: 400, body: { error: 'authorization_pending' } };
      server.answers({ body: { ...code, expires_in: 60, interval: 1 } }, pending, tokens(1));
      succeeded(await system.admin.post(`/v1/connections/${device.id}/device-authorizations`));
      await desk.becomes(device, 'active');
      const [asked, ...polls] = server.requests as [ReceivedRequest, ...ReceivedRequest[]];
      expect(asked.headers).not.toHaveProperty('dpop');
      const keys = new Set(await Promise.all(polls.map(thumbprint)));
      server.answers(tokens(2));
      expect((await refreshAt(1, device)).body).toMatchObject({ outcome: 'rotated' });
      expect([...keys]).toEqual([await thumbprint(server.onlyRequest)]);
    });

    it('D106 are asked for by a program’s own grant with a key of its own, which stays the same', async () => {
      const { authorize: _none, revoke: _nor, ...manifest } = scripted({ grant: 'client_credentials' });
      const slug = 'userless';
      const own = { ...manifest, clientAuthentication: 'post' };
      succeeded(
        await system.admin.post('/v1/api-services', { slug, clientId: 'client-1', clientSecret: 's', manifest: own }),
      );
      server.answers(tokens(1));
      const issued = await desk.open(slug);
      const first = await thumbprint(server.onlyRequest);
      server.answers(tokens(2));
      expect((await refreshAt(1, issued)).body).toMatchObject({ outcome: 'rotated', version: 2 });
      expect(await thumbprint(server.onlyRequest)).toBe(first);
    });
  });

  it('leave neither key nor proof in any database, log, timeline or audit log', async () => {
    const { privateKey } = await drawSigningKey('ES256');
    const proof = await dpopProof(privateKey, { method: 'GET', url: system.sandbox.url });
    for (const secret of [privateKey.reveal(), JSON.stringify(privateKey.reveal()), proof])
      expect(secret).toMatch(PRIVATE_OR_PROOF);
    const { databases, logs } = system;
    const { items } = succeeded(await system.admin.get<{ items: { id: string }[] }>('/v1/connections'));
    const timelines = items.map(({ id }) => `/v1/connections/${id}/timeline`);
    const shown = await Promise.all(
      [...timelines, '/v1/connections', '/v1/audit'].map((path) => system.admin.get(path)),
    );
    expect(timelines.length).toBeGreaterThan(3);
    const rows = [databases.credentialsDatabaseUrl, databases.accessTokensDatabaseUrl].map(everyRow);
    const texts = [logs, ...shown.map(({ text }) => text), ...(await Promise.all(rows))];
    const found = texts.map((text) => PRIVATE_OR_PROOF.exec(text)?.[0]);
    expect(found).toEqual(texts.map(() => undefined));
  });
});
