import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, succeeded } from '../support/api-client.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { Provider, type RecordedRequest } from '../support/provider.js';
import { closeConnection, htmlPage, unavailable } from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Secrets {
  active: { fingerprint: string; changedAt: string };
  staged: { state: string; fingerprint: string; connectionId: string | null; detail: string | null } | null;
  former: { fingerprint: string; until: string } | null;
}

const SLUG = 'changing';
const NEW = 'secret-that-is-new-1';
const NEWER = 'secret-that-is-new-2';

describe('A client secret that changes by stages', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let old: string;
  let connections: Connected[];

  beforeAll(async () => {
    [system, provider] = await Promise.all([
      System.start({ credentialsReplicas: 2, accessTokensReplicas: 0 }),
      Provider.start(),
    ]);
    desk = new Desk(system);
    old = provider.client.secret;
    await desk.registerProvider(SLUG, provider);
    connections = [];
    for (let count = 0; count < 4; count += 1) {
      const connection = await desk.open(SLUG);
      await desk.consent(connection);
      connections.push(connection);
    }
  });
  beforeEach(() => {
    provider.requests.length = 0;
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const door = `/v1/api-services/${SLUG}/client-secrets`;
  const secrets = async () => succeeded(await system.admin.get<Secrets>(door));
  const stage = (clientSecret: string, more: object = {}) =>
    system.admin.post<Secrets>(door, { clientSecret, ...more });
  const secretOf = ({ headers }: RecordedRequest): string =>
    decodeURIComponent(Buffer.from(headers.authorization!.split(' ')[1]!, 'base64').toString('utf8').split(':')[1]!);
  const refreshes = () => provider.tokenRequests('refresh_token');
  const sent = () => refreshes().map(secretOf);
  const refreshAt = (replica: number, { id }: Connected) =>
    new ApiClient(system.credentials[replica]!.url, system.keys.credentialsAdmin).post<{ outcome: string }>(
      `/v1/connections/${id}/refresh`,
    );
  const eventsOf = async (connection: Connected) => (await desk.timeline(connection)).map(({ event }) => event);

  it('is staged beside the one in use, shown by fingerprint and age, and by nothing else', async () => {
    const staged = succeeded(await stage(NEW, { promote: 'by_hand' }));
    expect(staged).toMatchObject({
      staged: { state: 'staged', connectionId: null, promote: 'by_hand', stagedAt: expect.any(String) },
      former: null,
    });
    expect(staged.staged!.fingerprint).not.toBe(staged.active.fingerprint);
    expect((await stage(old)).status).toBe(400);
    expect((await system.admin.post(`${door}/promote`)).body).toMatchObject({ code: 'secret_not_proven' });
  });

  it('D130 is refused: that one refresh is made with the one in use, and no other connection heard of it', async () => {
    const answers = await Promise.all(connections.map((connection, index) => refreshAt(index % 2, connection)));
    expect(answers.map(({ body }) => body.outcome)).toEqual(answers.map(() => 'rotated'));
    const tried = refreshes().filter((request) => secretOf(request) === NEW);
    expect([tried.length, refreshes().length]).toEqual([1, connections.length + 1]);
    const again = refreshes().filter(({ form }) => form['refresh_token'] === tried[0]!.form['refresh_token']);
    expect(again.map(secretOf)).toEqual([NEW, old]);
    const { staged } = await secrets();
    expect(staged).toMatchObject({ state: 'refused', detail: expect.stringContaining('invalid_client') });
    const guinea = connections.find(({ id }) => id === staged!.connectionId)!;
    const [refused, rotated] = await desk.timeline(guinea);
    expect(refused).toMatchObject({ event: 'client_secret_refused', hint: expect.stringContaining('stage it again') });
    expect(rotated!.steps.map(({ status }) => status)).toEqual([401, 200]);
    const { body } = await system.admin.get(`/v1/api-services/${SLUG}`);
    expect(body).toMatchObject({ status: 'active', fault: null });
    expect(body['warnings']).toEqual([{ pointer: '/clientSecret', problem: expect.stringContaining('refused') }]);
  });

  it('D130 is not tried again on its own once it was refused', async () => {
    await Promise.all(connections.map((connection) => refreshAt(0, connection)));
    expect(new Set(sent())).toEqual(new Set([old]));
  });

  it.each([
    ['a server that fails', unavailable()],
    ['a lost connection', closeConnection],
    ['a page', htmlPage(401)],
  ])('D130 is followed by no other one after %s', async (_what, behaviour) => {
    const [connection] = connections as [Connected];
    succeeded(await stage(NEW, { connectionId: connection.id }));
    provider.next('token', behaviour);
    await refreshAt(1, connection);
    expect(sent()).toEqual([NEW]);
    expect((await secrets()).staged).toMatchObject({ state: 'staged', connectionId: connection.id });
    succeeded(await system.admin.post(`${door}/withdraw`));
    expect((await secrets()).staged).toBeNull();
    expect((await refreshAt(0, connection)).body.outcome).toBe('rotated');
  });

  it('is proven on one connection, by whichever replica, while all others go on with the one in use', async () => {
    provider.alsoTakes = NEW;
    succeeded(await stage(NEW, { promote: 'by_hand' }));
    await Promise.all(connections.map((connection, index) => refreshAt(index % 2, connection)));
    expect(sent().filter((secret) => secret === NEW)).toHaveLength(1);
    expect((await secrets()).staged).toMatchObject({ state: 'proven', detail: 'The provider took it.' });
    await Promise.all(connections.map((connection) => refreshAt(0, connection)));
    expect(sent().filter((secret) => secret === NEW)).toHaveLength(1);
  });

  it('takes over when somebody says so, and the one before is kept for its time', async () => {
    const before = await secrets();
    const promoted = succeeded(await system.admin.post<Secrets>(`${door}/promote`));
    expect(promoted).toMatchObject({
      active: { fingerprint: before.staged!.fingerprint },
      staged: null,
      former: { fingerprint: before.active.fingerprint },
    });
    expect(Date.parse(promoted.former!.until)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    await Promise.all(connections.map((connection) => refreshAt(1, connection)));
    expect(new Set(sent())).toEqual(new Set([NEW]));
  });

  it('D130 falls back to the one before where a server has not learnt of it yet', async () => {
    provider.alsoTakes = null;
    const [connection] = connections as [Connected];
    expect((await refreshAt(0, connection)).body.outcome).toBe('rotated');
    expect(sent()).toEqual([NEW, old]);
    const { body } = await system.admin.get(`/v1/api-services/${SLUG}`);
    expect(body).toMatchObject({
      status: 'active',
      warnings: [{ pointer: '/clientSecret', problem: expect.stringContaining('the one before it was used instead') }],
    });
  });

  it('D130 falls back to nothing once the one before is retired: then the client is at fault, and no grant', async () => {
    expect(succeeded(await system.admin.delete<Secrets>(`${door}/former`)).former).toBeNull();
    expect((await system.admin.delete(`${door}/former`)).body).toMatchObject({ code: 'no_former_secret' });
    const [connection] = connections as [Connected];
    await refreshAt(0, connection);
    expect(sent()).toEqual([NEW]);
    expect(await desk.look(connection)).toMatchObject({ status: 'active' });
    const { body } = await system.admin.get(`/v1/api-services/${SLUG}`);
    expect(body).toMatchObject({ status: 'client_fault', fault: { code: 'invalid_client' } });
  });

  it('takes over by itself once it is proven, and mends the client', async () => {
    provider.client.secret = NEWER;
    const [connection] = connections as [Connected];
    succeeded(await stage(NEWER, { keepFormerSeconds: 0 }));
    await refreshAt(1, connection);
    expect(sent()).toEqual([NEWER]);
    const { staged, active } = await secrets();
    expect([staged, typeof active.fingerprint]).toEqual([null, 'string']);
    expect((await system.admin.get(`/v1/api-services/${SLUG}`)).body).toMatchObject({ status: 'active', fault: null });
    expect(await eventsOf(connection)).toContain('client_secret_proven');
    await refreshAt(0, connections[1]!);
    expect(sent()).toEqual([NEWER, NEWER]);
  });

  it('is in the audit log with each step, and in clear nowhere', async () => {
    const audit = await system.admin.get<{ items: { action: string }[] }>('/v1/audit?limit=500');
    const actions = new Set(succeeded(audit).items.map(({ action }) => action));
    for (const event of ['staged', 'refused', 'withdrawn', 'proven', 'promoted'])
      expect(actions).toContain(`api_service.secret_${event}`);
    expect(actions).toContain('api_service.former_secret_retired');
    const shown = [
      system.logs,
      audit.text,
      (await system.admin.get(door)).text,
      await everyRow(system.databases.credentialsDatabaseUrl),
      ...(await Promise.all(
        connections.map(async ({ id }) => (await system.admin.get(`/v1/connections/${id}/timeline`)).text),
      )),
    ];
    const found = shown.map((text) => [old, NEW, NEWER].filter((secret) => text.includes(secret)));
    expect(found).toEqual(shown.map(() => []));
  });
});
