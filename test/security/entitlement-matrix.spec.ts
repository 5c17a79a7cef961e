import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Publication } from '@lockkeeper/contracts';
import { type ApiAnswer, type ApiClient, succeeded } from '../support/api-client.js';
import { publicationOf, replyOf } from '../support/credentials-stand-in.js';
import { eventually } from '../support/eventually.js';
import { Issuer, rulesFile } from '../support/issuer.js';
import { type Entitlement, OpenWorkspace } from '../support/open-workspace.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { shortLivedConsumer } from '../support/short-lived-consumer.js';

/** Doors that lead to one connection, and how each is knocked at. Allowed: whatever it says then, it isn't about entitlements. */
type Door = (client: ApiClient, wanted: Publication) => Promise<ApiAnswer>;

const pathOf = ({ apiService, user }: Publication): string => `${apiService}/${encodeURIComponent(user)}`;
const tokenExchange: Door = async (client, { connectionId }) => {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: connectionId,
    subject_token_type: 'urn:lockkeeper:params:oauth:token-type:connection',
  };
  return client.postForm('/oauth/token', form);
};

const DOORS: Record<string, Door> = {
  'GET /v1/tokens': (client, wanted) => client.get(`/v1/tokens/${pathOf(wanted)}`),
  'GET /v1/tokens, with a demand': (client, wanted) => client.get(`/v1/tokens/${pathOf(wanted)}?minVersion=1`),
  'POST …/refresh': (client, wanted) => client.post(`/v1/tokens/${pathOf(wanted)}/refresh`, { supersedes: 0 }),
  'POST …/reports': (client, wanted) =>
    client.post(`/v1/tokens/${pathOf(wanted)}/reports`, { version: 1, reason: 'rejected' }),
  'POST …/notices': (client, wanted) => client.post(`/v1/tokens/${pathOf(wanted)}/notices`),
  'ANY /v1/proxy': (client, wanted) => client.get(`/v1/proxy/${pathOf(wanted)}/me`),
  'POST /v1/requests': (client, { apiService, user }) =>
    client.post('/v1/requests', { apiService, user, method: 'GET', url: 'me' }),
  'POST /oauth/token': tokenExchange,
};
const doors = Object.keys(DOORS);
const AUDIENCE = 'https://lockkeeper.example';

describe('who may use which connection, at every door that leads to one', () => {
  let workspace: OpenWorkspace;
  let api: ScriptedServer;
  let issuer: Issuer;
  let adasMail: Publication;
  let bobsMail: Publication;
  let adasCalendar: Publication;
  beforeAll(async () => {
    [issuer, api] = await Promise.all([Issuer.start(), ScriptedServer.start()]);
    const rules = await rulesFile([
      { name: 'mailers', when: { scope: 'mail' }, role: 'consumer', entitlements: [{ apiService: 'mail' }] },
      {
        name: 'own',
        when: { groups: 'people' },
        role: 'consumer',
        entitlements: [{ apiService: '*', userClaim: 'email' }],
      },
      { name: 'keepers', when: { groups: 'keepers' }, role: 'admin' },
    ]);
    const env = {
      ACCESS_TOKENS_JWT_ISSUER: issuer.url,
      ACCESS_TOKENS_JWT_AUDIENCE: AUDIENCE,
      ACCESS_TOKENS_JWT_RULES_FILE: rules,
      // So many are refused here on purpose.
      ACCESS_TOKENS_REFUSED_KEYS_PER_ADDRESS: '1000',
    };
    workspace = await OpenWorkspace.start({ env });
    api.answers({ status: 200, body: { ok: true } });
    const use = { baseUrls: [`${api.url}/v1`], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} };
    const published = async (apiService: string, user: string): Promise<Publication> => {
      const publication = publicationOf({ apiService, user, use });
      await workspace.credentials.publish(publication);
      await workspace.knows(publication);
      return publication;
    };
    adasMail = await published('mail', 'ada@example.com');
    bobsMail = await published('mail', 'bob@example.com');
    adasCalendar = await published('calendar', 'ada@example.com');
    const notice = { noticeId: '7b1c2f7e-0000-4000-8000-000000000000', created: false };
    await workspace.credentials.attend(
      (command) => replyOf(command, { outcome: 'failed', version: 1 }),
      () => notice,
    );
  });
  afterAll(async () => {
    await Promise.all([workspace?.stop(), api?.close(), issuer?.close()]);
  });

  const mail = 'mail';
  const ada = 'ada@example.com';
  const ROWS: [string, Entitlement[], [boolean, boolean, boolean]][] = [
    ['nothing', [], [false, false, false]],
    ['a service', [{ apiService: mail }], [true, true, false]],
    ['a user of a service', [{ apiService: mail, user: ada }], [true, false, false]],
    ['every service', [{ apiService: '*' }], [true, true, true]],
    ['a user of every service', [{ apiService: '*', user: ada }], [true, false, true]],
    ['a service whose name begins alike', [{ apiService: 'mail-2' }], [false, false, false]],
    ['a user who is written otherwise', [{ apiService: mail, user: 'ADA@example.com' }], [false, false, false]],
  ];

  it.each(ROWS)('entitled to %s', async (_what, entitlements, allowed) => {
    await expectAt(await workspace.consumer(...entitlements), allowed);
  });

  const expectAt = async (client: ApiClient, allowed: boolean[]): Promise<void> => {
    for (const door of doors) {
      const answers: boolean[] = [];
      for (const wanted of [adasMail, bobsMail, adasCalendar]) {
        // Twice: the second time may be answered from memory.
        const [first, second] = [await DOORS[door]!(client, wanted), await DOORS[door]!(client, wanted)];
        expect([door, isAllowed(first)]).toEqual([door, isAllowed(second)]);
        answers.push(isAllowed(second));
      }
      expect([door, answers]).toEqual([door, allowed]);
    }
  };
  const bearing = async (claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<ApiClient> =>
    workspace.admin.with(await issuer.token({ aud: AUDIENCE, sub: 'a-subject', ...claims }, header));

  it.each<[string, Record<string, unknown>, boolean[]]>([
    ['a service, by a scope', { scope: 'openid mail' }, [true, true, false]],
    ['a user of every service, by its address', { groups: ['people'], email: ada }, [true, false, true]],
    [
      'nothing, where its address is not verified',
      { groups: ['people'], email: ada, email_verified: false },
      [false, false, false],
    ],
    ['nothing, where it names no address', { groups: ['people'] }, [false, false, false]],
  ])('a token of the organisation’s issuer: entitled to %s', async (...[, claims, allowed]) => {
    await expectAt(await bearing(claims), allowed);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['that has run out', { exp: 1 }, {}],
    ['for another audience', { aud: 'https://elsewhere.example' }, {}],
    ['of another issuer', { iss: 'https://elsewhere.example' }, {}],
    ['that no rule fits', { scope: 'mailing' }, {}],
    ['that is an ID token', { nonce: 'n' }, { typ: 'JWT' }],
    ['that is signed with another key', {}, { kid: 'another' }],
  ])('a token %s opens none of them', async (...[, claims, header]) => {
    const client = await bearing({ scope: 'mail', ...claims }, header);
    for (const door of doors) {
      const { status, body, headers } = await DOORS[door]!(client, adasMail);
      const isOauth = door === 'POST /oauth/token';
      expect([door, status, body[isOauth ? 'error' : 'code']]).toEqual([
        door,
        401,
        isOauth ? 'invalid_client' : 'bearer_refused',
      ]);
      if (!isOauth)
        expect(headers.get('www-authenticate')).toMatch(
          /^Bearer realm="lockkeeper", error="invalid_token", error_description="[^"]+"$/,
        );
    }
  });

  it.each(doors)('%s is for consumers only, with a key that lives', async (door) => {
    const knock = async (client: ApiClient) => (await DOORS[door]!(client, adasMail)).status;
    const isOauth = door === 'POST /oauth/token';
    expect(await knock(workspace.admin)).toBe(isOauth ? 401 : 403);
    const auditor = await workspace.admin.post<{ key: string }>('/v1/keys', { name: 'a', role: 'auditor' });
    expect(await knock(workspace.admin.with(succeeded(auditor).key))).toBe(isOauth ? 401 : 403);
    expect(await knock(workspace.admin.with(null))).toBe(401);
    expect(await knock(await bearing({ groups: 'keepers' }))).toBe(isOauth ? 401 : 403);
  });

  it('an issuer that is away keeps nobody out, and is not asked for each token whose key it hasn’t', async () => {
    issuer.goAway();
    expect((await DOORS['GET /v1/tokens']!(await bearing({ scope: 'mail', jti: 'new' }), adasMail)).status).toBe(200);
    const before = issuer.asked.length;
    for (let times = 0; times < 10; times += 1) {
      const client = await bearing({ scope: 'mail' }, { kid: `kid-${times}` });
      expect((await DOORS['GET /v1/tokens']!(client, adasMail)).status).toBe(401);
    }
    expect(issuer.asked.length - before).toBeLessThanOrEqual(3);
  });

  it('a key that has run out opens none of them any more, however often it did', async () => {
    const knock = async (client: ApiClient): Promise<number> =>
      (await DOORS['GET /v1/tokens']!(client, adasMail)).status;
    const client = await shortLivedConsumer(workspace.admin, async (one) => (await knock(one)) === 200);
    await eventually(async () => (await knock(client)) === 401, {
      what: 'it has run out',
    });
    for (const door of doors) expect([door, (await DOORS[door]!(client, adasMail)).status]).toEqual([door, 401]);
  });
});

function isAllowed({ status, body }: ApiAnswer): boolean {
  if (body['code'] === 'not_entitled' || body['error'] === 'invalid_target') return false;
  expect(status).not.toBe(401);
  return true;
}
