import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { everyRow } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface ImportedService {
  slug: string;
  secrets: Record<string, { fingerprint: string; changedAt: string }>;
}

interface ImportView {
  dryRun: boolean;
  apiService: ImportedService | null;
  manifest: Record<string, unknown> | null;
  redirectUri: string | null;
  notes: { pointer: string; note: string }[];
}

/** What people bring along from ChiefOnboarding. */
describe('importing', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    await desk.registerProvider('elsewhere', provider);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const post = (body: object, query = '') => system.admin.post<ImportView>(`/v1/api-services/import${query}`, body);

  /** The example of ChiefOnboarding's documentation, with a provider of ours instead of Google. */
  const google = () => ({
    initial_data_form: [
      { id: 'CLIENT_ID', name: 'Client id', description: 'From the console', secret: false },
      { id: 'CLIENT_SECRET', name: 'Client secret', description: 'Beside it' },
    ],
    headers: { Authorization: 'Bearer {{ oauth.access_token }}', Accept: 'application/json' },
    oauth: {
      authenticate_url: `${provider.address('authorize')}?client_id={{CLIENT_ID}}&redirect_uri={{redirect_url}}&response_type=code&scope=https://www.googleapis.com/auth/admin.directory.user&access_type=offline&prompt=consent`,
      access_token: {
        url: `${provider.address('token')}?client_id={{CLIENT_ID}}&client_secret={{CLIENT_SECRET}}&grant_type=authorization_code&redirect_uri={{redirect_url}}`,
        method: 'POST',
      },
      refresh: {
        url: provider.address('token'),
        method: 'POST',
        data: {
          client_id: '{{ CLIENT_ID }}',
          client_secret: '{{ CLIENT_SECRET }}',
          grant_type: 'refresh_token',
          refresh_token: '{{ oauth.refresh_token }}',
        },
      },
    },
    execute: [{ url: 'https://admin.googleapis.com/admin/directory/v1/users', method: 'POST' }],
  });
  const values = () => ({ CLIENT_ID: provider.client.id, CLIENT_SECRET: provider.client.secret });

  it('M1, M2, M3, M4 a manifest is taken over whole: imported, consented, exchanged, refreshed, merged', async () => {
    const imported = await post({ slug: 'google', manifest: google(), values: values() });
    const { notes, redirectUri, manifest } = succeeded(imported);
    expect(imported.text).not.toContain(provider.client.secret);
    expect(redirectUri).toBe(`${system.credentialsUrl}/callback/google`);
    expect(manifest).toMatchObject({
      use: { baseUrls: ['https://admin.googleapis.com'], headers: { Accept: 'application/json' } },
    });
    expect(notes).toContainEqual({
      pointer: '/manifest/oauth/access_token/url',
      note: expect.stringMatching(/Secrets were moved .* into the body: client_secret/),
    });
    expect(notes.map(({ pointer }) => pointer)).toContain('/manifest/execute');

    const connection = await desk.connect('google');
    const asked = provider.requestsTo('authorize').at(-1)!.query;
    expect(asked).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      scope: expect.stringContaining('admin.directory.user'),
      redirect_uri: redirectUri,
    });
    const exchange = provider.tokenRequests('authorization_code').at(-1)!;
    expect(exchange.query).toEqual({});
    expect(exchange.form).toMatchObject({
      client_id: provider.client.id,
      client_secret: provider.client.secret,
      redirect_uri: redirectUri,
      code: expect.any(String),
    });

    const { refresh_token: before } = provider.tokenRequests('refresh_token').at(-1)?.form ?? {};
    provider.next('token', answers.withMembers({ refresh_token: undefined }));
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    expect((await desk.look(connection)).refreshable).toBe(true);
    expect(before).toBeUndefined();
    expect((await desk.reads(connection, 2)).tokenType).toBe('Bearer');
  });

  /** As Google Ads or an API behind Azure's gateway would have it: a third value, secret, at the token endpoint. */
  const keyed = (more: { headers?: object } = {}) => {
    const { access_token: token, refresh, ...oauth } = google().oauth;
    const headers = { 'Subscription-Key': '{{ SUB_KEY }}' };
    return {
      ...google(),
      ...more,
      initial_data_form: [
        ...google().initial_data_form,
        { id: 'SUB_KEY', name: 'Subscription key', description: 'From the developer portal' },
        { id: 'DEV_TOKEN', name: 'Developer token' },
      ],
      oauth: {
        ...oauth,
        access_token: { ...token, url: `${token.url}&developer_token={{DEV_TOKEN}}`, headers },
        refresh: { ...refresh, headers, data: { ...refresh.data, developer_token: '{{ DEV_TOKEN }}' } },
      },
    };
  };
  const canaries = { SUB_KEY: 'canary-sub-key-1f0a', DEV_TOKEN: 'canary-dev-token-77b2' };

  it('M1, M2 further secrets of its form are the API service’s: sealed, sent by exchange and refresh, shown nowhere', async () => {
    const heard: string[] = [];
    const keep = <Answer extends { text: string }>(answer: Answer): Answer => (heard.push(answer.text), answer);
    const body = { slug: 'keyed', manifest: keyed(), values: { ...values(), ...canaries } };
    const dry = succeeded(keep(await post(body, '?dryRun=true')));
    const told = dry.notes.map(({ pointer, note }) => `${pointer}: ${note}`).join('\n');
    expect(told).toMatch(/initial_data_form\/2: SUB_KEY became the API service’s secret sub_key/);
    expect(told).toContain('/manifest/oauth/refresh/data/developer_token: Sends {{ secret.dev_token }}.');
    const imported = succeeded(keep(await post(body)));
    const fact = { fingerprint: expect.any(String), changedAt: expect.any(String) };
    expect(imported.apiService).toMatchObject({ secrets: { sub_key: fact, dev_token: fact } });
    const connection = await desk.connect('keyed');
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    for (const grant of ['authorization_code', 'refresh_token'])
      expect(provider.tokenRequests(grant).at(-1)).toMatchObject({
        query: {},
        headers: { 'subscription-key': canaries.SUB_KEY },
        form: { developer_token: canaries.DEV_TOKEN },
      });
    keep(await system.admin.post('/v1/api-services/keyed/dry-run', {}));
    keep(await system.admin.get('/v1/api-services/keyed'));
    keep(await system.admin.get('/v1/audit?limit=200'));
    provider.next('token', answers.answer(400, { error: 'invalid_request', error_description: canaries.DEV_TOKEN }));
    heard.push(JSON.stringify(await desk.refresh(connection)));
    heard.push(JSON.stringify(await desk.timeline(connection)), system.logs);
    heard.push(await everyRow(system.databases.credentialsDatabaseUrl));
    heard.push(await everyRow(system.databases.accessTokensDatabaseUrl));
    expect(heard.join('\n')).not.toMatch(/canary-(sub|dev)/);
  });

  it('M1 one of them is changed by itself; unknown and missing ones are named', async () => {
    const amended = (secrets: object) => system.admin.patch<ImportedService>('/v1/api-services/keyed', { secrets });
    const before = succeeded(await system.admin.get<ImportedService>('/v1/api-services/keyed')).secrets;
    const after = succeeded(await amended({ sub_key: 'canary-sub-key-next' })).secrets;
    expect(after['dev_token']).toEqual(before['dev_token']);
    expect(after['sub_key']!.fingerprint).not.toBe(before['sub_key']!.fingerprint);
    const audit = await system.admin.get('/v1/audit?limit=20');
    expect(audit.text).toMatch(/api_service\.secret_changed/);
    expect(audit.text).toContain(after['sub_key']!.fingerprint);
    const connection = await desk.connect('keyed');
    expect(provider.tokenRequests('authorization_code').at(-1)).toMatchObject({
      headers: { 'subscription-key': 'canary-sub-key-next' },
      form: { developer_token: canaries.DEV_TOKEN },
    });
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
    const unknown = await amended({ other: 'x' });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('/secrets/other')]);
    const whole = { slug: 'keyed-2', manifest: keyed(), values: { ...values(), ...canaries } };
    const { manifest } = succeeded(await post(whole, '?dryRun=true'));
    const client = { clientId: 'c', clientSecret: 's' };
    const missing = await system.admin.post('/v1/api-services', { slug: 'keyed-2', ...client, manifest });
    expect([missing.status, missing.text]).toEqual([400, expect.stringContaining('/secrets/dev_token')]);
    const absent = await post({ slug: 'keyed-2', manifest: keyed(), values: values() });
    expect([absent.status, absent.text]).toEqual([400, expect.stringContaining('/values/SUB_KEY')]);
  });

  it('M1 a secret in the headers of its calls is refused, with the reason: it would cross the lock', async () => {
    const headers = { ...google().headers, 'Developer-Token': '{{ DEV_TOKEN }}' };
    const body = { slug: 'crossing', manifest: keyed({ headers }), values: { ...values(), ...canaries } };
    const refused = await post(body, '?dryRun=true');
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/manifest/headers/Developer-Token')]);
    expect(refused.text).toMatch(/no secret of an API service leaves credentials/);
    expect(refused.text).not.toContain('canary');
  });

  it('M3 no refresh: its tokens count as permanent; without_code: none is waited for', async () => {
    const { refresh: _refresh, ...oauth } = google().oauth;
    const permanent = succeeded(
      await post({ slug: 'permanent', manifest: { ...google(), oauth }, values: values() }, '?dryRun=true'),
    );
    expect(permanent).toMatchObject({ dryRun: true, apiService: null, manifest: { refresh: null } });
    const withoutCode = { ...oauth, without_code: true };
    const codeless = succeeded(
      await post({ slug: 'codeless', manifest: { ...google(), oauth: withoutCode }, values: values() }, '?dryRun=true'),
    );
    expect(codeless.manifest).toMatchObject({ grant: 'client_credentials' });
    expect((await system.admin.get('/v1/api-services/permanent')).status).toBe(404);
  });

  it('M3 without_code with a refresh: the next token is asked for like the first, and a note says so', async () => {
    const oauth = { ...google().oauth, without_code: true };
    const body = { slug: 'codeless', manifest: { ...google(), oauth }, values: values() };
    const { manifest, notes } = succeeded(await post(body, '?dryRun=true'));
    expect(manifest).toMatchObject({ grant: 'client_credentials', refresh: { lifetimeShare: 0.8 } });
    expect(notes).toContainEqual({
      pointer: '/manifest/oauth/refresh',
      note: expect.stringContaining('asked for like the first'),
    });
  });

  it('a dry run refuses what would be refused: a slug that is taken, and what is no ChiefOnboarding manifest', async () => {
    const taken = await post({ slug: 'elsewhere', manifest: google(), values: values() }, '?dryRun=true');
    expect(taken.body).toMatchObject({ code: 'slug_taken' });
    const own = { manifest: 1, authorize: {}, token: {} };
    const refusals = await Promise.all(
      [own, {}].map((manifest) => post({ slug: 'strange', manifest }, '?dryRun=true')),
    );
    expect(refusals.map(({ text }) => text)).toEqual([
      expect.stringContaining('register it by POST /v1/api-services'),
      expect.stringContaining('neither oauth nor initial_data_form'),
    ]);
  });

  it('M1 one without oauth becomes a generic API service, whose secrets its users fill in', async () => {
    const manifest = {
      initial_data_form: [
        { id: 'TOKEN', name: 'Please put your token here', description: 'From your profile' },
        { id: 'ORG', name: 'Organization', description: '', secret: false },
      ],
      headers: { Authorization: 'Token {{TOKEN}}', 'X-Org': '{{ ORG }}' },
      exists: { url: 'https://api.example.com/users', method: 'GET' },
    };
    const given = succeeded(await post({ slug: 'helpdesk', manifest, values: { ORG: 'acme' } }, '?dryRun=true'));
    expect(given.manifest).toMatchObject({ use: { headers: { 'X-Org': 'acme' } } });
    expect(given.manifest!['fields']).not.toHaveProperty('org');
    const imported = succeeded(await post({ slug: 'helpdesk', manifest }));
    expect(imported.manifest).toMatchObject({
      kind: 'generic',
      fields: { token: { label: 'Please put your token here', sensitive: true }, org: { sensitive: false } },
      use: {
        header: 'Authorization',
        scheme: 'Token',
        credential: '{{ field.token }}',
        headers: { 'X-Org': '{{ field.org }}' },
        baseUrls: ['https://api.example.com'],
      },
    });
  });

  it('says every place that can’t be taken over, and registers nothing', async () => {
    const oauth = {
      ...google().oauth,
      authenticate_url: `${provider.address('authorize')}?client_id={{CLIENT_ID}}&x={{ NOWHERE }}`,
    };
    const refused = await post({
      slug: 'refused',
      manifest: { ...google(), oauth },
      values: { ...values(), OTHER: 'x' },
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/values/OTHER')]);
    const unknown = await post({ slug: 'refused', manifest: { ...google(), oauth }, values: values() });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('NOWHERE')]);
    expect(unknown.text).not.toContain(provider.client.secret);
    expect((await system.admin.get('/v1/api-services/refused')).status).toBe(404);
  });
});
