import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@lockkeeper/sealing';
import { succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { type ConnectionView, Desk, tokenPath } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

describe('Story 1: register, consent, publish, read', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let events: EventListener;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    events = await system.listenTo('sandbox');
    await desk.registerSandbox();
    await desk.registerProvider('five', provider, { scopes: 'read write' });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  describe('registering an API service', () => {
    it('G1 takes five fields, and never shows the secret again', async () => {
      const fields = {
        slug: 'five-fields',
        name: 'Five fields',
        clientId: 'a-client',
        clientSecret: 'a secret, planted in five fields',
        authorizeUrl: 'https://provider.example/authorize',
        tokenUrl: 'https://provider.example/token',
      };
      const registered = await system.admin.post('/v1/api-services', fields);
      expect(registered.status).toBe(201);
      expect(registered.body).toMatchObject({
        slug: 'five-fields',
        status: 'active',
        redirectUri: `${system.credentialsUrl}/callback/five-fields`,
        clientSecret: { fingerprint: expect.any(String) },
      });
      const shown = [
        registered,
        await system.admin.get('/v1/api-services/five-fields'),
        await system.admin.get('/v1/api-services'),
      ];
      for (const { text } of shown) expect(text).not.toContain(fields.clientSecret);
    });

    it('G1 takes scopes, revoke URI and test URI besides', async () => {
      const { status } = await system.admin.post('/v1/api-services', {
        slug: 'eight-fields',
        name: 'Eight fields',
        clientId: 'a-client',
        clientSecret: 'a secret',
        authorizeUrl: 'https://provider.example/authorize',
        tokenUrl: 'https://provider.example/token',
        scopes: ['read', 'write'],
        revokeUrl: 'https://provider.example/revoke',
        testUrl: 'https://api.provider.example/me',
        apiBaseUrls: ['https://api.provider.example/'],
      });
      expect(status).toBe(201);
    });

    it('refuses unknown fields by their name, and addresses that are none', async () => {
      const fields = {
        slug: 'wrong',
        clientId: 'c',
        clientSecret: 's',
        authorizeUrl: 'nowhere',
        tokenUrl: 'https://provider.example/token',
      };
      const unknown = await system.admin.post('/v1/api-services', {
        ...fields,
        authorizeUrl: 'https://p.example/a',
        autorizeUrl: 'x',
      });
      expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('autorizeUrl')]);
      expect((await system.admin.post('/v1/api-services', fields)).status).toBe(400);
    });

    it('refuses a slug that is taken', async () => {
      const body = {
        slug: 'five',
        clientId: 'c',
        authorizeUrl: 'https://p.example/a',
        tokenUrl: 'https://p.example/t',
      };
      expect(await system.admin.post('/v1/api-services', body)).toMatchObject({
        status: 409,
        body: { code: 'slug_taken' },
      });
    });
  });

  describe('a connection', () => {
    it('P1 is one of many at its API service, named by whatever id the caller likes', async () => {
      const users = ['ada@example.org', 'item:42', 'Grüße / 100% "quoted"', '../../etc', '7'];
      const connections = await Promise.all(users.map((user) => desk.connect('five', user)));
      expect(new Set(connections.map(({ id }) => id)).size).toBe(users.length);
      const tokens = await Promise.all(connections.map((connection) => desk.reads(connection, 1)));
      expect(tokens.map(({ connectionId }) => connectionId)).toEqual(connections.map(({ id }) => id));
      expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(users.length);
    });

    it('is the same one when it is asked for again', async () => {
      const body = { apiService: 'five', user: 'the same' };
      const first = await system.admin.post<ConnectionView>('/v1/connections', body);
      const second = await system.admin.post<ConnectionView>('/v1/connections', body);
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body.id).toBe(first.body.id);
      expect(first.body).toMatchObject({ status: 'pending', version: 0 });
    });

    it('is made once when it is asked for many times at once', async () => {
      const asked = Array.from({ length: 20 }, () =>
        system.admin.post<ConnectionView>('/v1/connections', { apiService: 'five', user: 'crowd' }),
      );
      const all = await Promise.all(asked);
      expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
      expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    });
  });

  describe('an authorization link', () => {
    it('P2 is made for an API service and a user, on our own origin', async () => {
      const connection = await desk.open('five');
      expect(await desk.link(connection)).toMatch(new RegExp(`^${system.credentialsUrl}/connect/[\\w-]{43,}$`));
    });

    it('G2 dies after 30 seconds unless told otherwise', async () => {
      const { id } = await desk.open('five');
      const asked = Date.now();
      const { expiresAt } = succeeded(
        await system.admin.post<{ expiresAt: string }>(`/v1/connections/${id}/authorization-links`),
      );
      expect((Date.parse(expiresAt) - asked) / 1000).toBeGreaterThan(25);
      expect((Date.parse(expiresAt) - asked) / 1000).toBeLessThan(35);
      const longer = await system.admin.post<{ expiresAt: string }>(`/v1/connections/${id}/authorization-links`, {
        ttlSeconds: 3600,
      });
      expect(Date.parse(longer.body.expiresAt) - asked).toBeGreaterThan(3_500_000);
    });

    it('G2 does not open after its time', async () => {
      const connection = await desk.open('five');
      const path = `/v1/connections/${connection.id}/authorization-links`;
      const { url, expiresAt } = succeeded(
        await system.admin.post<{ url: string; expiresAt: string }>(path, { ttlSeconds: 5 }),
      );
      await eventually(() => Date.now() > Date.parse(expiresAt) + 500, { what: 'the link has run out' });
      const page = await new Browser().open(url);
      expect([page.status, page.title]).toEqual([410, 'This link can’t be used any more']);
      expect(provider.requestsTo('authorize').every(({ query }) => query['state'] !== undefined)).toBe(true);
    });

    it('G2 opens once, also when two browsers open it at the same moment', async () => {
      const link = await desk.link(await desk.open('five'));
      const pages = await Promise.all(Array.from({ length: 8 }, () => new Browser().open(link)));
      expect(pages.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 410)]);
    });

    it('leads to the provider with PKCE, a state and the redirect URI of its API service', async () => {
      await desk.connect('five');
      expect(provider.requestsTo('authorize').at(-1)!.query).toEqual({
        response_type: 'code',
        client_id: provider.client.id,
        redirect_uri: `${system.credentialsUrl}/callback/five`,
        scope: 'read write',
        state: expect.stringMatching(/^[\w-]{43,}$/),
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge_method: 'S256',
      });
    });

    it('asks for the connection’s own scopes where it has some (P5)', async () => {
      const user = 'own scopes';
      succeeded(await system.admin.post('/v1/connections', { apiService: 'five', user, scopes: ['only-this'] }));
      const connection = await desk.open('five', user);
      await desk.consent(connection);
      expect(provider.requestsTo('authorize').at(-1)!.query['scope']).toBe('only-this');
      expect((await desk.reads(connection, 1)).scope).toBe('only-this');
    });
  });

  describe('what is kept', () => {
    it('G4 is access token, refresh token, expiry, scope and type, as the connection shows', async () => {
      const connection = await desk.connect('five');
      const token = await desk.reads(connection, 1);
      expect(token).toMatchObject({
        tokenType: 'Bearer',
        scope: 'read write',
        version: 1,
        connectionId: connection.id,
      });
      expect((Date.parse(token.expiresAt!) - Date.now()) / 1000).toBeGreaterThan(3500);
      expect(await desk.look(connection)).toMatchObject({
        status: 'active',
        version: 1,
        scope: 'read write',
        refreshable: true,
      });
      expect(provider.grants.userOf(token.accessToken)).toBe('alice');
    });

    it('G4 is every other field that came with the token too, sealed', async () => {
      const connection = await desk.open('five');
      provider.next('token', answers.withMembers({ account_key: 'an-account', organizer: { key: 'an-organizer' } }));
      await desk.consent(connection);
      const [row] = await rowsOf<{ captured: string }>(
        system.databases.credentialsDatabaseUrl,
        'SELECT captured FROM connections WHERE id = $1',
        [connection.id],
      );
      expect(row!.captured).not.toContain('an-account');
      const ring = KeyRing.parse(await system.secrets.read('credentialsKeyRing'), 'credentials');
      const kept = ring.open(row!.captured, { table: 'connections', id: connection.id, column: 'captured' }).reveal();
      expect(kept).toContain('an-account');
      expect(kept).toContain('an-organizer');
    });

    it('G4 is never in plain sight: no token is in the database of either workspace or in a log', async () => {
      const connection = await desk.connect('five');
      const { accessToken } = await desk.reads(connection, 1);
      const { form } = provider.tokenRequests('authorization_code').at(-1)!;
      const dumps = await Promise.all(
        Object.values(system.databases as object as Record<string, string>).map(everyRow),
      );
      for (const secret of [accessToken, provider.client.secret, form['code_verifier']!]) {
        for (const text of [...dumps, system.logs]) expect(text).not.toContain(secret);
      }
      expect(dumps.every((dump) => dump.includes(connection.id))).toBe(true);
    });
  });

  describe('reading', () => {
    it('G10 happens in the other workspace, with other keys: neither’s key opens the other', async () => {
      const connection = await desk.connect('sandbox');
      const { accessToken } = await desk.reads(connection, 1);
      const me = await fetch(`${system.sandbox.url}/api/me`, { headers: { authorization: `Bearer ${accessToken}` } });
      expect(await me.json()).toMatchObject({ login: 'alice' });

      const crossed = [
        await system.tokensAdmin.with(system.keys.credentialsAdmin).get('/v1/consumers'),
        await system.admin.with(system.keys.accessTokensAdmin).get('/v1/connections'),
      ];
      expect(crossed.map(({ status }) => status)).toEqual([401, 401]);
    });

    it('is for consumers with an entitlement, who see their own alone', async () => {
      const mine = await desk.connect('five', 'mine');
      const yours = await desk.connect('five', 'yours');
      const body = { name: 'of one user', entitlements: [{ apiService: 'five', user: 'mine' }] };
      const { key } = succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', body));
      const consumer = system.tokensAdmin.with(key);
      expect((await consumer.get(tokenPath(mine))).status).toBe(200);
      expect(await consumer.get(tokenPath(yours))).toMatchObject({ status: 403, body: { code: 'not_entitled' } });
      expect((await consumer.get(tokenPath({ ...mine, apiService: 'sandbox' }))).status).toBe(403);

      const list = await consumer.get('/v1/tokens?apiService=five');
      expect(list.status).toBe(200);
      expect(list.text).toContain(mine.id);
      expect(list.text).not.toContain(yours.id);
    });

    it('is not for whoever administers the workspace', async () => {
      const connection = await desk.connect('five');
      expect((await system.tokensAdmin.get(tokenPath(connection))).status).toBe(403);
    });

    it('is answered with the version as ETag, and is stored by nobody', async () => {
      const connection = await desk.connect('five');
      const { headers } = await desk.read(connection);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('etag')).toContain('1');
    });

    it('tells that nobody has consented yet, instead of a token', async () => {
      const { status, body } = await desk.read(await desk.open('five'));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
      expect(body).not.toHaveProperty('accessToken');
    });
  });

  describe('the event', () => {
    it('comes once the token can be read, and has no secret in it', async () => {
      const connection = await desk.open('sandbox');
      const consumer = await desk.consumerOf('sandbox');
      const heard = events.hears('connection.authorized', ({ subject }) => subject === connection.id);
      await desk.consent(connection);
      const event = await heard;
      const token = succeeded(await consumer.get<{ accessToken: string }>(tokenPath(connection)));
      expect(event).toMatchObject({
        specversion: '1.0',
        source: '/lockkeeper/access-tokens',
        data: { apiService: 'sandbox', user: connection.user, version: 1, status: 'active' },
      });
      expect(JSON.stringify(event)).not.toContain(token.accessToken);
    });
  });

  describe('G8 a test call', () => {
    it('tells that the current token works, and that it does not any more', async () => {
      const connection = await desk.connect('sandbox');
      const path = `/v1/connections/${connection.id}/test`;
      expect(await system.admin.post(path)).toMatchObject({ status: 200, body: { ok: true, status: 200 } });
      system.sandbox.withdraw('alice');
      const after = await system.admin.post(path);
      expect(after).toMatchObject({ status: 200, body: { ok: false, status: 401 } });
      expect(await desk.timeline(connection)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ event: 'test_passed' }),
          expect.objectContaining({ event: 'test_failed' }),
        ]),
      );
    });
  });
});
