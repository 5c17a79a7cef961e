import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import { answer } from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Lint {
  ok: boolean;
  faults: { pointer: string; mend: string }[];
  warnings: { pointer: string }[];
  manifest: object | null;
}

interface DryRun {
  steps: { step: string; request: { method: string; url: string; headers: object; body: string | null } | null }[];
}

describe('Manifests', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
  });
  afterAll(() => Promise.all([system?.stop(), provider?.stop()]));

  it('are described by a JSON Schema that anybody may read', async () => {
    const described = await system.admin.with(null).get('/v1/manifests/schema');
    expect(described.headers.get('content-type')).toMatch(/^application\/schema\+json/);
    expect(succeeded(described)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      required: ['manifest'],
    });
  });

  it('are linted: every fault with its place and its mend, or every default and warning', async () => {
    const lint = async (manifest: object) =>
      succeeded(await system.admin.post<Lint>('/v1/manifests/lint', { manifest }));
    const bad = await lint({ manifest: 1, authorize: { url: 'https://as.example/a', pkse: 'off' }, token: {} });
    expect(bad).toMatchObject({ ok: false, manifest: null });
    expect(bad.faults.map(({ pointer }) => pointer)).toEqual(['/authorize/pkse', '/token/url']);
    const urls = { authorize: { url: 'https://as.example/a', pkce: 'off' }, token: { url: 'https://as.example/t' } };
    const good = await lint({ manifest: 1, ...urls });
    expect(good).toMatchObject({ ok: true, faults: [], warnings: [{ pointer: '/authorize/pkce' }] });
    expect(good.manifest).toMatchObject({ clientAuthentication: 'basic', refresh: { by: 'refresh_token' } });
  });

  it('of the catalogue are searched by words, and say what they ask for and how to get a client', async () => {
    const search = async (q: string) =>
      succeeded(
        await system.admin.get<{ items: { slug: string; redirectUri: string; guide: string }[] }>(
          `/v1/catalogue?q=${q}`,
        ),
      );
    const { items } = await search('podio');
    expect(items.map(({ slug }) => slug)).toEqual(['podio']);
    expect(items[0]!.redirectUri).toMatch(/\/callback\/podio$/);
    expect(items[0]!.guide).toContain(items[0]!.redirectUri);
    expect((await search('no-such-provider')).items).toEqual([]);
    expect((await search('')).items.length).toBeGreaterThan(items.length);
  });

  /** Its tenants are in the query, since the provider's doors have fixed addresses. */
  const tenanted = () => ({
    fields: { tenant: { label: 'Tenant', pattern: '[a-z]+', example: 'acme' } },
    token: { url: `${provider.address('token')}?tenant={{ field.tenant }}` },
    followUps: [{ request: { url: `${provider.address('api')}/me` }, captures: { login: '/login' } }],
    subject: 'login',
    use: { baseUrls: [provider.address('api')], headers: { 'x-login': '{{ captured.login }}' } },
  });

  it('are rehearsed: each request as it would be sent, and no secret in any', async () => {
    await desk.registerManifest('rehearsed', provider, tenanted());
    const before = provider.requests.length;
    const run = await system.admin.post<DryRun>('/v1/api-services/rehearsed/dry-run', { scopes: 'a b' });
    const { steps } = succeeded(run);
    expect(steps.map(({ step }) => step)).toEqual(['authorize', 'exchange', 'follow_up', 'refresh']);
    expect(steps[0]!.request!.url).toContain('scope=a%20b');
    expect(steps[1]!.request).toMatchObject({
      method: 'POST',
      url: `${provider.address('token')}?tenant=acme`,
      headers: { authorization: 'Basic ***' },
      body: expect.stringContaining('code=***'),
    });
    expect(run.text).not.toContain(provider.client.secret);
    expect(provider.requests).toHaveLength(before);
    const wrong = await system.admin.post('/v1/api-services/rehearsed/dry-run', { params: { tenant: 'A1' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'input_invalid' } });
  });

  it('ask connections for their fields, and refuse what is missing, unknown or malformed by name', async () => {
    await desk.registerManifest('asking', provider, tenanted());
    const open = (user: string, params?: object) =>
      system.admin.post('/v1/connections', { apiService: 'asking', user, ...(params && { params }) });
    for (const [params, pointer] of [
      [undefined, '/params/tenant'],
      [{ tenant: 'A1' }, '/params/tenant'],
      [{ tenant: 7 }, '/params/tenant'],
      [{ tenant: 'acme', region: 'eu' }, '/params/region'],
    ] as const) {
      expect(await open('nobody', params)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
    expect(await open('somebody', { tenant: 'acme' })).toMatchObject({
      status: 201,
      body: { params: { tenant: 'acme' } },
    });
    expect((await open('somebody')).status).toBe(200);
    expect((await open('somebody', { tenant: '' })).status).toBe(400);
  });

  it('D126 lead a consent through their fields and follow-ups, and their connections stay with one account', async () => {
    await desk.registerManifest('tenants', provider, tenanted());
    const body = { apiService: 'tenants', user: 'alice', params: { tenant: 'acme' } };
    const { id } = succeeded(await system.admin.post<{ id: string }>('/v1/connections', body));
    const connection = { id, apiService: 'tenants', user: 'alice' };
    provider.user = 'alice';
    expect((await desk.consent(connection)).status).toBe(200);
    expect(provider.requestsTo('token').at(-1)!.url).toBe('/token?tenant=acme');
    expect((await desk.timeline(connection))[0]!.steps.map(({ url }) => new URL(url).pathname)).toEqual([
      expect.stringMatching(/^\/callback\//),
      '/token',
      '/api/me',
    ]);
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    provider.user = 'mallory';
    expect(await desk.consent(connection)).toMatchObject({
      status: 409,
      title: expect.stringContaining('another account'),
    });
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 2 });
    provider.user = 'alice';
    expect((await desk.consent(connection)).status).toBe(200);
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 3 });
  });

  it('can refresh by the access token itself', async () => {
    const parameters = { refresh_token: null, grant_type: 'prolong', token: '{{ access_token }}' };
    await desk.registerManifest('prolonging', provider, {
      answer: { refreshToken: '/none' },
      refresh: { by: 'access_token', request: { body: { parameters } } },
    });
    const connection = await desk.connect('prolonging');
    expect(await desk.look(connection)).toMatchObject({ refreshable: true });
    const { accessToken } = await desk.reads(connection, 1);
    provider.next('token', answer(200, { access_token: 'prolonged', token_type: 'bearer', expires_in: 3600 }));
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    expect(provider.requestsTo('token').at(-1)!.form).toEqual({ grant_type: 'prolong', token: accessToken });
    expect((await desk.reads(connection, 2)).accessToken).toBe('prolonged');
  });
});
