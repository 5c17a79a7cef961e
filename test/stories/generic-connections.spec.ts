import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Lockkeeper } from '@lockkeeper/client';
import { succeeded } from '../support/api-client.js';
import { Browser, type Page } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

const KEY = 'k_canary-0123456789';
const PEM = '-----BEGIN PRIVATE KEY-----\nbGluZXMtY2FuYXJ5\nLTAxMjM0\n-----END PRIVATE KEY-----';
const PASSWORD = 'pass "word" canary';

/** API services whose users fill in what they have in their hands: Flows' generic connections. */
describe('a generic connection', () => {
  let system: System;
  let desk: Desk;
  let api: ScriptedServer;

  beforeAll(async () => {
    [system, api] = await Promise.all([System.start(), ScriptedServer.start()]);
    desk = new Desk(system);
    await register('keyed', {
      fields: {
        account: { label: 'Account', help: 'The name of your account.', example: 'acme', pattern: '[a-z]+' },
        api_key: { label: 'API key', pattern: 'k_\\S{8,}', sensitive: true },
        note: { label: 'Note', required: false },
      },
      use: {
        header: 'X-Api-Key',
        scheme: '',
        credential: '<API key>',
        headers: { 'X-Account': '<Account>' },
        baseUrls: [api.url],
      },
      test: { request: { url: `${api.url}/me` }, shows: [{ at: '/id', present: true }] },
    });
    await register('mixed', {
      fields: { api_key: { label: 'API key', sensitive: true }, tenant: { label: 'Tenant', sensitive: true } },
      use: {
        header: 'X-Api-Key',
        scheme: '',
        credential: '<API key>',
        parameters: { tenant: '<Tenant>' },
        baseUrls: [api.url],
      },
    });
    await register('paired', {
      fields: {
        user: { label: 'User' },
        password: { label: 'Password', sensitive: true },
        tenant: { label: 'Tenant', sensitive: true },
      },
      use: {
        basic: { user: '<User>', password: '<Password>' },
        parameters: { v: '2' },
        body: { parameters: { tenant: '<Tenant>' } },
        baseUrls: [api.url],
      },
    });
    await register('signed', {
      fields: {
        key: { label: 'Key', multiline: true, sensitive: true, pattern: '-----BEGIN [A-Z ]+-----\\n[\\w+/=\\n -]+' },
        remarks: { label: 'Remarks', multiline: true, required: false },
      },
      use: { body: { parameters: { key: '<Key>', remarks: '<Remarks>' } }, baseUrls: [api.url] },
      test: { request: { method: 'POST', url: `${api.url}/check`, body: { encoding: 'json' } } },
    });
  });
  beforeEach(() => api.answers({ body: { id: 7 } }));
  afterAll(async () => {
    await Promise.all([system?.stop(), api?.close()]);
  });

  async function register(slug: string, manifest: object): Promise<void> {
    const body = { slug, name: slug, kind: 'generic', manifest: { manifest: 1, kind: 'generic', ...manifest } };
    expect(succeeded(await system.admin.post('/v1/api-services', body))).toMatchObject({
      kind: 'generic',
      status: 'active',
    });
  }

  async function fillIn(connection: Connected, fields: Record<string, string>, browser = new Browser()): Promise<Page> {
    return browser.submit(await browser.open(await desk.link(connection)), { form: 'continue', fields });
  }

  async function connected(slug: string, fields: Record<string, string>): Promise<Connected> {
    const connection = await desk.open(slug);
    expect((await fillIn(connection, fields)).title).toBe('Connected');
    return connection;
  }

  /** A program with a key of its own. */
  async function sdk(): Promise<Lockkeeper> {
    const consumer = { name: 'a program', entitlements: [{ apiService: '*' }] };
    const { key } = succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', consumer));
    return new Lockkeeper({ url: system.accessTokensUrl, key, listen: false });
  }

  const good = { account: 'acme', api_key: KEY, note: '' };
  const pair = { user: 'ada', password: PASSWORD, tenant: 'tenant-canary' };

  it('F1 is filled in behind a link, tried, sealed, published and used', async () => {
    const connection = await connected('keyed', good);
    expect(api.onlyRequest).toMatchObject({
      method: 'GET',
      url: '/me',
      headers: { 'x-api-key': KEY, 'x-account': 'acme' },
    });
    expect(await desk.reads(connection, 1)).toMatchObject({ accessToken: KEY, tokenType: 'ApiKey', version: 1 });
    const seen = await system.admin.get<{ params: object }>(`/v1/connections/${connection.id}`);
    expect(seen.body).toMatchObject({ status: 'active', version: 1, refreshable: false, params: { account: 'acme' } });
    expect(seen.text).not.toContain(KEY);
    for (const url of [system.databases.credentialsDatabaseUrl, system.databases.accessTokensDatabaseUrl])
      expect(await everyRow(url)).not.toContain(KEY);
    expect(system.logs).not.toContain(KEY);
  });

  it('F1 is carried by the SDK as its API wants it; by Lockkeeper, where that takes more than a consumer may read', async () => {
    using lockkeeper = await sdk();
    const [keyed, mixed] = [
      await connected('keyed', good),
      await connected('mixed', { api_key: KEY, tenant: 'tenant-canary' }),
    ];
    await Promise.all([desk.reads(keyed, 1), desk.reads(mixed, 1)]);
    api.answers({ body: { id: 7 } });
    await lockkeeper.fetch('keyed', keyed.user, `${api.url}/me`);
    expect(api.onlyRequest.headers).toMatchObject({ 'x-api-key': KEY, 'x-account': 'acme' });
    expect((await lockkeeper.token('keyed', keyed.user)).use).not.toHaveProperty('apiBaseUrls');
    api.answers({ body: { id: 7 } });
    const response = await lockkeeper.fetch('mixed', mixed.user, `${api.url}/me?x=1`);
    expect(response.headers.get('lockkeeper-attempts')).toBe('1');
    expect(api.onlyRequest).toMatchObject({ url: '/me?x=1&tenant=tenant-canary', headers: { 'x-api-key': KEY } });
    expect(JSON.stringify(await lockkeeper.token('mixed', mixed.user))).not.toContain('tenant-canary');
  });

  it('F1 keeps what was typed, except secrets, when the test fails, and says why; the link is not used up by that', async () => {
    const connection = await desk.open('keyed');
    const browser = new Browser();
    api.answers({ status: 401 }, { body: { id: 7 } });
    const refused = await fillIn(connection, { ...good, note: 'remember me' }, browser);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('keyed does not know this key or password.');
    expect(refused.forms[0]!.fields).toEqual({ account: 'acme', api_key: '', note: 'remember me' });
    expect(refused.body).not.toContain(KEY);
    const [entry] = await desk.timeline(connection);
    expect(entry).toMatchObject({
      event: 'authorization_failed',
      hint: expect.stringContaining('what was filled in'),
      steps: [{ status: 401, url: `${api.url}/me` }],
    });
    expect(JSON.stringify(entry)).not.toContain(KEY);
    expect(await desk.look(connection)).toMatchObject({ status: 'pending', version: 0 });
    const mended = await browser.submit(refused, { fields: { api_key: KEY } });
    expect(mended.title).toBe('Connected');
    expect((await desk.look(connection)).status).toBe('active');
  });

  it('F1 asks again for what is missing or not of its form, and tries nothing before', async () => {
    const page = await fillIn(await desk.open('keyed'), { account: 'ACME 1', api_key: '' });
    expect(page.status).toBe(422);
    for (const words of ['Please check the marked fields', 'For instance: acme', 'This is needed'])
      expect(page.text).toContain(words);
    expect(api.requests).toEqual([]);
  });

  it('F1 takes a key of several lines as it is, and shows none of them again', async () => {
    const connection = await desk.open('signed');
    const browser = new Browser();
    // As a browser's form sends it, with what a clipboard leaves around it.
    const typed = `${PEM.replaceAll('\n', '\r\n')}\r\n\r\n`;
    const faulty = await fillIn(connection, { key: 'no key', remarks: '\r\none\r\ntwo' }, browser);
    expect([faulty.status, faulty.forms[0]!.fields]).toEqual([422, { key: '', remarks: 'one\ntwo' }]);
    const kept = await browser.submit(faulty, { fields: { key: typed, remarks: 'one\r\ntwo' } });
    expect(kept.title).toBe('Connected');
    expect(JSON.parse(api.onlyRequest.body)).toEqual({ key: PEM, remarks: 'one\ntwo' });
    const timeline = JSON.stringify(await desk.timeline(connection));
    for (const line of ['bGluZXMtY2FuYXJ5', 'LTAxMjM0']) expect([timeline, system.logs].join()).not.toContain(line);
  });

  it('F1 gives a link a bounded number of tries', async () => {
    const connection = await desk.open('keyed');
    const browser = new Browser();
    let page = await browser.open(await desk.link(connection));
    for (let tries = 0; tries < 20; tries += 1)
      page = await browser.submit(page, { form: 'continue', fields: { account: '1' } });
    expect(page.status).toBe(422);
    page = await browser.submit(page, { form: 'continue', fields: good });
    expect([page.status, page.title]).toEqual([429, 'That was tried too often']);
    expect((await desk.look(connection)).status).toBe('pending');
  });

  it('F1 travels as basic, in the query and in the body, put in by the proxy; nobody can read it', async () => {
    const connection = await connected('paired', pair);
    const consumer = await desk.consumerOf('paired');
    const call = {
      apiService: 'paired',
      user: connection.user,
      method: 'POST',
      url: '/items?v=9',
      json: { name: 'x', tenant: 'forged' },
    };
    const made = await eventually(
      async () => succeeded(await consumer.post<{ status: number }>('/v1/requests', call)),
      {
        what: 'the credential has arrived',
      },
    );
    expect(made.status).toBe(200);
    expect(api.onlyRequest).toMatchObject({ url: '/items?v=2', headers: { authorization: basic(pair) } });
    expect(JSON.parse(api.onlyRequest.body)).toEqual({ name: 'x', tenant: 'tenant-canary' });
    expect(await desk.read(connection)).toMatchObject({ status: 409, body: { code: 'credential_not_readable' } });

    api.answers({ body: { id: 7 } });
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ name: 'x', tenant: 'forged' }) };
    using lockkeeper = await sdk();
    const response = await lockkeeper.fetch('paired', connection.user, `${api.url}/items?v=9`, sent);
    expect(await response.json()).toEqual({ id: 7 });
    expect(api.onlyRequest).toMatchObject({ url: '/items?v=2', headers: { authorization: basic(pair) } });
    expect(JSON.parse(api.onlyRequest.body)).toEqual({ name: 'x', tenant: 'tenant-canary' });
    const get = await consumer.get<{ code: string }>(`/v1/proxy/paired/${connection.user}/items`);
    expect([get.status, get.body.code]).toEqual([400, 'credential_needs_body']);
    const traces = await system.tokensAdmin.get(`/v1/calls?connectionId=${connection.id}`);
    for (const secret of [PASSWORD, 'tenant-canary']) expect(traces.text).not.toContain(secret);
    expect(await everyRow(system.databases.accessTokensDatabaseUrl)).not.toContain('tenant-canary');
  });

  const basic = ({ user, password }: typeof pair): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  it('F2 is of the same cut as OAuth connections, whose three steps are each changed in the manifest', async () => {
    const steps = {
      authorize: {
        url: 'https://as.example.com/authorize',
        parameters: { audience: 'api' },
        codeParameter: 'auth_code',
      },
      token: { url: 'https://as.example.com/token', headers: { 'X-Step': '2' } },
      refresh: { request: { url: 'https://as.example.com/renew' } },
    };
    const client = { clientId: 'c', clientSecret: 's' };
    succeeded(
      await system.admin.post('/v1/api-services', { slug: 'steps', ...client, manifest: { manifest: 1, ...steps } }),
    );
    const run = await system.admin.post<{ steps: { step: string; request: { url: string; headers: object } }[] }>(
      '/v1/api-services/steps/dry-run',
      {},
    );
    const by = (name: string) => run.body.steps.find(({ step }) => step === name)!.request;
    expect(new URL(by('authorize').url).searchParams.get('audience')).toBe('api');
    expect(by('exchange')).toMatchObject({ url: 'https://as.example.com/token', headers: { 'x-step': '2' } });
    expect(by('refresh').url).toBe('https://as.example.com/renew');
  });

  it('F3 is tested by its user on connect, and by anybody who may on demand', async () => {
    const connection = await connected('keyed', good);
    api.answers({ body: { id: 7 } }, { status: 403 });
    const test = () => system.admin.post(`/v1/connections/${connection.id}/test`);
    expect(succeeded(await test())).toMatchObject({ ok: true, status: 200 });
    expect(api.onlyRequest.headers['x-api-key']).toBe(KEY);
    expect(succeeded(await test())).toMatchObject({ ok: false, status: 403 });
  });

  it('F4 says to a program whose API calls it expired that only its user can renew it, and spends nothing', async () => {
    const connection = await connected('keyed', good);
    await desk.reads(connection, 1);
    const consumer = await desk.consumerOf('keyed');
    const refresh = await consumer.post<{ code: string }>(`/v1/tokens/keyed/${connection.user}/refresh`, {
      supersedes: 1,
    });
    expect(JSON.stringify(refresh.body)).toMatch(/reauthoriz|not_refreshable/);
    expect(await desk.refresh(connection, 1)).toMatchObject({ outcome: 'not_refreshable', version: 1 });
  });

  it('is mended by filling in anew: the same id, the next version, what is known already typed, an event for each', async () => {
    const listener = await system.listenTo('keyed');
    const connection = await connected('keyed', good);
    const page = await new Browser().open(await desk.link(connection));
    expect(page.forms[0]!.fields).toEqual({ account: 'acme', api_key: '', note: '' });
    expect((await fillIn(connection, { ...good, api_key: 'k_another-0123' })).title).toBe('Connected');
    expect(await desk.reads(connection, 2)).toMatchObject({
      accessToken: 'k_another-0123',
      connectionId: connection.id,
    });
    await listener.hears('connection.authorized', ({ data }) => data.version === 2);
  });

  it('is shown by a dry run with its secrets masked, and takes none by any other door', async () => {
    const run = await system.admin.post<{ steps: { step: string; request: object }[] }>(
      '/v1/api-services/keyed/dry-run',
      { params: { account: 'acme' } },
    );
    expect(run.body.steps).toEqual([
      {
        step: 'test',
        refused: null,
        request: expect.objectContaining({
          headers: expect.objectContaining({ 'x-api-key': '***', 'x-account': 'acme' }),
        }),
      },
    ]);
    const params = { account: 'acme', api_key: KEY };
    const refused = await system.admin.post('/v1/connections', { apiService: 'keyed', user: 'x', params });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/params/api_key')]);
    expect(refused.text).not.toContain(KEY);
  });

  it('ends with everything that was filled in', async () => {
    const connection = await connected('paired', pair);
    await desk.revoke(connection);
    await desk.becomes(connection, 'revoked');
    await desk.isRefused(connection, 'revoked');
  });
});
