import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer, type ApiClient, type ProblemBody, succeeded } from '../support/api-client.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';
import { shortLivedConsumer } from '../support/short-lived-consumer.js';

interface Consumer {
  id: string;
  name: string;
  entitlements: { apiService: string; user: string | null }[];
  key: string;
  keyId: string;
}

describe('consumers', () => {
  let workspace: OpenWorkspace;
  let admin: ApiClient;
  let auditor: ApiClient;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start();
    admin = workspace.admin;
    const { key } = succeeded(await admin.post<{ key: string }>('/v1/keys', { name: 'an auditor', role: 'auditor' }));
    auditor = admin.with(key);
  });
  afterAll(() => workspace?.stop());

  const make = async (...entitlements: { apiService: string; user?: string }[]): Promise<Consumer> =>
    succeeded(await admin.post<Consumer>('/v1/consumers', { name: 'sync', entitlements }));
  const published = async (apiService: string, user: string) => {
    const publication = publicationOf({ apiService, user });
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication;
  };
  const codeOf = ({ status, body }: ApiAnswer): [number, unknown] => [status, body.code];
  const readAs = (key: string, apiService: string, user: string) =>
    admin.with(key).get(`/v1/tokens/${apiService}/${user}`);

  it('are made with a key that is shown once and stored as a hash', async () => {
    const made = await make({ apiService: 'sandbox', user: 'ada' }, { apiService: 'mail' });
    expect(made.key).toMatch(/^lkt_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$/);
    expect(made.entitlements).toEqual([
      { apiService: 'mail', user: null },
      { apiService: 'sandbox', user: 'ada' },
    ]);
    const seen = await auditor.get(`/v1/consumers/${made.id}`);
    expect(seen.body).toMatchObject({ id: made.id, name: 'sync', entitlements: made.entitlements });
    expect(seen.text).not.toContain(made.key);
    const rows = await rowsOf(workspace.databaseUrl, 'SELECT k::text FROM access_keys k WHERE subject_id = $1', [
      made.id,
    ]);
    expect(JSON.stringify(rows)).not.toContain(made.key.slice(12));
  });

  it('read what their entitlements cover; of anything else it isn’t told whether it exists', async () => {
    await published('mail', 'ada');
    await published('mail', 'bob');
    const { key } = await make({ apiService: 'mail', user: 'ada' });
    expect((await readAs(key, 'mail', 'ada')).status).toBe(200);
    const [existing, missing] = await Promise.all([readAs(key, 'mail', 'bob'), readAs(key, 'nothing', 'bob')]);
    expect(codeOf(existing)).toEqual([403, 'not_entitled']);
    const { requestId: _one, ...toldOfExisting } = existing.body;
    const { requestId: _other, ...toldOfMissing } = missing.body;
    expect(toldOfExisting).toEqual(toldOfMissing);
  });

  it('may be entitled to all users of an API service, or to all API services', async () => {
    await published('crm', 'x');
    await published('wiki', 'x');
    const { key: ofCrm } = await make({ apiService: 'crm' });
    const { key: ofAll } = await make({ apiService: '*' });
    const { key: ofOneUserAnywhere } = await make({ apiService: '*', user: 'x' });
    const { key: ofNothing } = await make();
    const statuses = async (key: string) =>
      [await readAs(key, 'crm', 'x'), await readAs(key, 'wiki', 'x')].map(({ status }) => status);
    expect(await statuses(ofCrm)).toEqual([200, 403]);
    expect(await statuses(ofAll)).toEqual([200, 200]);
    expect(await statuses(ofOneUserAnywhere)).toEqual([200, 200]);
    expect(await statuses(ofNothing)).toEqual([403, 403]);
  });

  it('list their own, without tokens, page by page; admins and auditors list everything', async () => {
    const mine = await published('desk', 'me');
    await published('desk', 'somebody-else');
    const { key } = await make({ apiService: 'desk', user: 'me' });
    const list = (client: ApiClient, query: string) =>
      client.get<{ items: { connectionId: string; user: string }[] }>(`/v1/tokens?apiService=desk${query}`);
    const own = await list(admin.with(key), '');
    expect(own.body.items).toEqual([
      expect.objectContaining({ connectionId: mine.connectionId, user: 'me', status: 'active', version: 1 }),
    ]);
    expect(own.text).not.toContain(mine.token!.accessToken);
    expect((await list(auditor, '')).body.items).toHaveLength(2);
    const first = (await list(admin, '&limit=1')).body.items;
    const second = (await list(admin, `&limit=1&after=${first[0]!.connectionId}`)).body.items;
    expect(new Set([...first, ...second].map(({ user }) => user))).toEqual(new Set(['me', 'somebody-else']));
  });

  it('lose what is taken from them at the next request', async () => {
    await published('shop', 'ada');
    const { id, key } = await make({ apiService: 'shop' });
    expect((await readAs(key, 'shop', 'ada')).status).toBe(200);
    const amended = await admin.patch<Consumer>(`/v1/consumers/${id}`, {
      entitlements: [{ apiService: 'shop', user: 'bob' }],
    });
    expect(amended.body).toMatchObject({ name: 'sync', entitlements: [{ apiService: 'shop', user: 'bob' }] });
    expect((await readAs(key, 'shop', 'ada')).status).toBe(403);
    expect((await admin.patch<Consumer>(`/v1/consumers/${id}`, { name: 'renamed' })).body).toMatchObject({
      name: 'renamed',
      entitlements: [{ apiService: 'shop', user: 'bob' }],
    });
  });

  it('end with all their keys', async () => {
    const { id, key } = await make({ apiService: '*' });
    const further = succeeded(await admin.post<{ key: string; id: string }>(`/v1/consumers/${id}/keys`));
    expect((await admin.with(further.key).get('/v1/tokens')).status).toBe(200);
    expect((await admin.delete(`/v1/consumers/${id}`)).status).toBe(204);
    expect([
      (await admin.with(key).get('/v1/tokens')).status,
      (await admin.with(further.key).get('/v1/tokens')).status,
    ]).toEqual([401, 401]);
    expect(codeOf(await admin.get(`/v1/consumers/${id}`))).toEqual([404, 'consumer_not_found']);
    expect(codeOf(await admin.delete(`/v1/consumers/${id}`))).toEqual([404, 'consumer_not_found']);
  });

  it('change keys without a gap', async () => {
    const { id, key, keyId } = await make({ apiService: '*' });
    const next = succeeded(await admin.post<{ key: string }>(`/v1/consumers/${id}/keys`));
    const keys = await auditor.get<{ items: { id: string }[] }>(`/v1/consumers/${id}/keys`);
    expect(keys.body.items).toHaveLength(2);
    expect((await admin.delete(`/v1/consumers/${id}/keys/${keyId}`)).status).toBe(204);
    expect((await admin.with(key).get('/v1/tokens')).status).toBe(401);
    expect((await admin.with(next.key).get('/v1/tokens')).status).toBe(200);
    expect(codeOf(await admin.delete(`/v1/consumers/${id}/keys/${keyId}`))).toEqual([404, 'key_not_found']);
  });

  it('have keys whose end can be set later, and is shown', async () => {
    const { id, key, keyId } = await make({ apiService: '*' });
    const limit = (body: object) =>
      admin.patch<{ expiresAt: string | null }>(`/v1/consumers/${id}/keys/${keyId}`, body);
    expect(succeeded(await limit({ expiresAt: '2099-01-31T00:00:00Z' })).expiresAt).toBe('2099-01-31T00:00:00.000Z');
    expect(succeeded(await limit({ expiresAt: null })).expiresAt).toBeNull();
    expect(codeOf(await limit({}))).toEqual([400, 'input_invalid']);
    expect(codeOf(await limit({ expiresAt: '2020-01-01T00:00:00Z' }))).toEqual([400, 'input_invalid']);
    expect((await admin.with(key).get('/v1/tokens')).status).toBe(200);
    const soon = new Date(Date.now() + 5000).toISOString();
    expect(succeeded(await limit({ expiresAt: soon })).expiresAt).toBe(soon);
    const shown = await auditor.get<{ items: { expiresAt: string | null }[] }>(`/v1/consumers/${id}/keys`);
    expect(shown.body.items.map(({ expiresAt }) => expiresAt)).toEqual([soon]);
    await eventually(async () => (await admin.with(key).get('/v1/tokens')).status === 401, { what: 'it has run out' });
    expect(codeOf(await limit({ expiresAt: null }))).toEqual([404, 'key_not_found']);
  });

  it('have keys that run out, if so wished', async () => {
    const statusOf = async (client: ApiClient): Promise<number> => (await client.get('/v1/tokens')).status;
    const short = await shortLivedConsumer(admin, async (client) => (await statusOf(client)) === 200);
    await eventually(async () => (await statusOf(short)) === 401, { what: 'the key ran out' });
  });

  it('are kept apart by role: who decides about tokens can’t read one, and who reads can’t decide', async () => {
    await published('apart', 'ada');
    const { key, id } = await make({ apiService: '*' });
    const token = '/v1/tokens/apart/ada';
    for (const staff of [admin, auditor]) expect(codeOf(await staff.get(token))).toEqual([403, 'role_refused']);
    expect(codeOf(await auditor.post('/v1/consumers', { name: 'x', entitlements: [] }))).toEqual([403, 'role_refused']);
    const consumer = admin.with(key);
    for (const path of ['/v1/consumers', `/v1/consumers/${id}`, '/v1/keys', '/v1/audit']) {
      expect(codeOf(await consumer.get(path))).toEqual([403, 'role_refused']);
    }
    expect((await admin.with(`lkc_${'a'.repeat(43)}`).get(token)).status).toBe(401);
    expect((await admin.with(null).get(token)).status).toBe(401);
  });

  it.each<[string, object]>([
    ['an unknown member', { name: 'x', entitlements: [], admin: true }],
    ['an unknown member of an entitlement', { name: 'x', entitlements: [{ apiService: 'a', users: 'all' }] }],
    ['no name', { entitlements: [] }],
    ['no entitlements', { name: 'x' }],
    ['entitlements that are none', { name: 'x', entitlements: ['sandbox'] }],
    ['an API service that can’t be', { name: 'x', entitlements: [{ apiService: 'a.*' }] }],
    ['an empty user', { name: 'x', entitlements: [{ apiService: 'a', user: '' }] }],
    ['a time that is past', { name: 'x', entitlements: [], expiresAt: '2020-01-01T00:00:00Z' }],
    ['a time that is none', { name: 'x', entitlements: [], expiresAt: 'soon' }],
  ])('are not made with %s', async (_what, body) => {
    const answer = await admin.post<ProblemBody & { errors: { pointer: string }[] }>('/v1/consumers', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'input_invalid']);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  it('leave audit entries for all that is done with them', async () => {
    const { id } = await make({ apiService: 'sandbox' });
    await admin.patch(`/v1/consumers/${id}`, { name: 'renamed' });
    await admin.delete(`/v1/consumers/${id}`);
    const { items } = succeeded(
      await auditor.get<{ items: { action: string; actor: string }[] }>(`/v1/audit?objectId=${id}`),
    );
    expect(items.map(({ action }) => action)).toEqual(['consumer.removed', 'consumer.amended', 'consumer.created']);
    expect(items.every(({ actor }) => /^key:/.test(actor))).toBe(true);
  });
});
