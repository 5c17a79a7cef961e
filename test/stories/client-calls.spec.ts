import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FetchInit, KeyUnavailable, Lockkeeper, LockkeeperProblem, TokenNotReadable } from '@lockkeeper/client';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import { registerBinding } from '../support/dpop.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

const TOKEN = { access_token: 'machine-token', token_type: 'whatever', expires_in: 3600 };

describe('@lockkeeper/client: calls to APIs', () => {
  let system: System;
  let desk: Desk;
  let server: ScriptedServer;
  let key: string;
  let bound: Connected;
  const open: Lockkeeper[] = [];
  beforeAll(async () => {
    [system, server] = await Promise.all([System.start(), ScriptedServer.start()]);
    desk = new Desk(system);
    await Promise.all([desk.registerSandbox(), registerBinding(system, 'bound')]);
    const consumer = { name: 'a program', entitlements: [{ apiService: '*' }] };
    key = succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', consumer)).key;
    bound = await desk.open('bound', 'ada/../100% @example.com');
    expect((await desk.consent(bound)).status).toBe(200);
    await desk.isRefused(bound, 'token_bound');
  });
  afterAll(async () => {
    for (const lockkeeper of open) lockkeeper.close();
    await Promise.all([system?.stop(), server?.close()]);
  });

  const client = (options: object = {}): Lockkeeper => {
    const lockkeeper = new Lockkeeper({ url: system.accessTokensUrl, key, listen: false, ...options });
    open.push(lockkeeper);
    return lockkeeper;
  };
  const api = (path: string): string => `${system.sandbox.url}/api/${path}`;
  const errorOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  /** A connection that needs no user, at an API service of the scripted server. */
  async function machine(slug: string, use: object): Promise<Connected> {
    const manifest = {
      manifest: 1,
      grant: 'client_credentials',
      authorize: {},
      token: { url: `${server.url}/token` },
      answer: { acceptedTokenTypes: ['whatever'] },
      use: { baseUrls: [`${server.url}/api`], ...use },
    };
    const registered = { slug, clientId: 'client-1', clientSecret: 'secret-1', manifest };
    succeeded(await system.admin.post('/v1/api-services', registered));
    server.answers({ body: TOKEN });
    const connection = await desk.open(slug);
    await desk.reads(connection, 1);
    return connection;
  }

  describe('whose tokens are bound to a key', () => {
    it('are made by Lockkeeper without the program doing anything about it, bodies and answers as they are', async () => {
      const lockkeeper = client();
      const me = await lockkeeper.fetch('bound', bound.user, api('me?x=%2F'));
      expect([me.status, await me.json()]).toEqual([200, expect.objectContaining({ login: 'alice' })]);
      for (const body of [
        JSON.stringify({ text: 'whole' }),
        new Blob([JSON.stringify({ text: 'streamed' })]).stream(),
      ]) {
        const headers = { 'content-type': 'application/json', authorization: 'Bearer mine' };
        const noted = await lockkeeper.fetch('bound', bound.user, api('notes'), { method: 'POST', body, headers });
        expect(noted.status).toBe(201);
      }
      expect((await lockkeeper.fetch('bound', bound.user, api('nowhere'))).status).toBe(404);
      // Whether the token may be read was asked about once.
      const refusals = system.logs.match(/"path":"\/v1\/tokens\/bound[^"]*"[^\n]*"status":409/g) ?? [];
      expect(refusals.length).toBeLessThanOrEqual(2);
    });

    it('go on with the newer token after a rotation', async () => {
      const lockkeeper = client({ listen: true });
      await lockkeeper.fetch('bound', bound.user, api('me'));
      const { version } = await desk.refresh(bound);
      await eventually(
        async () => {
          const { headers } = await lockkeeper.fetch('bound', bound.user, api('me'));
          return headers.get('lockkeeper-token-version') === String(version);
        },
        { what: 'the newer token travels' },
      );
    });

    it('leave the API’s base URLs by no URL, and what Lockkeeper refuses is thrown', async () => {
      for (const url of [
        `${system.sandbox.url}/auth`,
        'https://elsewhere.example/me',
        api('me').replace('://', '://a:b@'),
      ]) {
        const refused = await errorOf(client().fetch('bound', bound.user, url));
        expect(refused).toBeInstanceOf(LockkeeperProblem);
        expect(refused).toMatchObject({ code: 'url_refused', status: 403 });
      }
    });

    it('are told about to who wants the token itself, with what to do instead', async () => {
      const refused = await errorOf(client().token('bound', bound.user));
      expect(refused).toBeInstanceOf(TokenNotReadable);
      expect(refused).toMatchObject({ code: 'token_bound', apiBaseUrls: [`${system.sandbox.url}/api`] });
      expect((refused as Error).message).toMatch(/fetch\(\) or request\(\)/);
      const { status, found } = await client().request('bound', bound.user, {
        method: 'GET',
        url: 'me',
        find: 'login',
      });
      expect([status, found]).toEqual([200, 'alice']);
    });
  });

  it.each([
    ['in a header of its own', { header: 'X-Access-Token', scheme: '' }, { 'x-access-token': 'machine-token' }],
    [
      'after another word',
      { scheme: 'OAuth2', headers: { 'x-edition': '7' } },
      { authorization: 'OAuth2 machine-token', 'x-edition': '7' },
    ],
    ['as usual, whatever the provider calls it', {}, { authorization: 'Bearer machine-token' }],
  ])('carry the token where the API wants it: %s', async (what, use, headers) => {
    const connection = await machine(`machine-${what.length}`, use);
    server.answers({ body: { well: 'done' } });
    const response = await client().fetch(connection.apiService, connection.user, `${server.url}/api/things?page=2`);
    expect(await response.json()).toEqual({ well: 'done' });
    expect(server.onlyRequest).toMatchObject({ url: '/api/things?page=2', headers });
  });

  it('hand redirects back where a header would take the token along to whichever host', async () => {
    const elsewhere = await ScriptedServer.start();
    try {
      const connection = await machine('redirected', { header: 'X-Access-Token', scheme: '' });
      server.answers({ status: 302, headers: { location: `${elsewhere.url}/` } });
      const response = await client().fetch('redirected', connection.user, `${server.url}/api/things`);
      expect([response.status, response.headers.get('location')]).toEqual([302, `${elsewhere.url}/`]);
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it.each<[string, () => FetchInit['body']]>([
    ['a stream of the web', () => new Blob(['{"text":"once"}']).stream()],
    ['a stream of Node', () => Readable.from([Buffer.from('{"text":"once"}')]) as never],
  ])(
    'are not sent again with %s as their body: the refusal is reported, and the next call has the newer token',
    async (_what, body) => {
      const connection = await desk.connect('sandbox');
      const lockkeeper = client();
      const { accessToken } = await lockkeeper.token('sandbox', connection.user);
      const refused = async (): Promise<boolean> =>
        (await fetch(api('me'), { headers: { authorization: `Bearer ${accessToken}` } })).status === 401;
      await desk.refresh(connection); // which revokes the old one: the client does not hear of it
      await eventually(refused, { what: 'the old one is refused' });
      const post = async (): Promise<number> => {
        const headers = { 'content-type': 'application/json' };
        return (
          await lockkeeper.fetch('sandbox', connection.user, api('notes'), { method: 'POST', body: body()!, headers })
        ).status;
      };
      expect([await post(), await post()]).toEqual([401, 201]);
      expect((await desk.look(connection)).version).toBe(2);
    },
  );

  it('end with the signal, whatever is under way, and say its reason', async () => {
    const reason = new Error('no more');
    const signal = AbortSignal.abort(reason);
    const lockkeeper = client();
    const { user } = bound;
    for (const work of [
      () => lockkeeper.token('bound', user, { signal }),
      () => lockkeeper.fetch('bound', user, api('me'), { signal }),
      () => lockkeeper.request('bound', user, { method: 'GET', url: 'me', signal }),
      () => lockkeeper.notify('bound', user, { signal }),
      () => lockkeeper.report('bound', user, { version: 1, reason: 'rejected', signal }),
    ]) {
      expect(await errorOf(work())).toBe(reason);
    }
    for (const transport of ['sse', 'nats'] as const)
      for await (const event of lockkeeper.events({ signal, transport })) expect(event).toBeUndefined();
    const hanging = client({ key: () => new Promise<string>(() => undefined) });
    await expect(hanging.token('bound', user, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
  });

  it('say whose the fault is: the function that gives the key, or what stands at the URL', async () => {
    const cause = new Error('the issuer is away');
    const keyless = await errorOf(client({ key: () => Promise.reject(cause) }).token('bound', 'x'));
    expect(keyless).toBeInstanceOf(KeyUnavailable);
    expect((keyless as Error).cause).toBe(cause);
    server.answers({ body: '<h1>Welcome</h1>', headers: { 'content-type': 'text/html' } });
    const elsewhere = await errorOf(client({ url: server.url }).token('bound', 'x'));
    expect(elsewhere).toBeInstanceOf(LockkeeperProblem);
    expect(elsewhere).toMatchObject({ code: 'unexpected_answer' });
    expect(() => new Lockkeeper({ url: undefined as never, key })).toThrow(TypeError);
    expect(() => new Lockkeeper({ url: server.url, key: undefined as never })).toThrow(/lkt_/);
  });
});
