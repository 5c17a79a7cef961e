import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer, type ApiClient, succeeded } from '../support/api-client.js';
import { System } from '../support/workspaces.js';

type Workspace = 'credentials' | 'access-tokens';
/** Who may enter; `everybody`: without a key; `itself`: consumers, in OAuth’s ways and with OAuth’s answers. */
type Door = readonly string[] | 'everybody' | 'itself';

const ALL_OF_CREDENTIALS = ['admin', 'operator', 'auditor'];
const THAT_ACT = ['admin', 'operator'];

/** Every door of both workspaces. A route that is missing here fails the test that counts them. */
const DOORS: Record<Workspace, Record<string, Door>> = {
  credentials: {
    'POST /v1/api-services': ['admin'],
    'POST /v1/api-services/import': ['admin'],
    'POST /v1/api-services/discover': ['admin'],
    'GET /v1/api-services': ALL_OF_CREDENTIALS,
    'GET /v1/api-services/{slug}': ALL_OF_CREDENTIALS,
    'PATCH /v1/api-services/{slug}': ['admin'],
    'DELETE /v1/api-services/{slug}': ['admin'],
    'GET /v1/api-services/{slug}/discovery': ALL_OF_CREDENTIALS,
    'POST /v1/api-services/{slug}/discovery/look': THAT_ACT,
    'POST /v1/api-services/{slug}/discovery/accept': ['admin'],
    'POST /v1/api-services/{slug}/discovery/refuse': ['admin'],
    'POST /v1/api-services/{slug}/dry-run': ALL_OF_CREDENTIALS,
    'POST /v1/api-services/{slug}/keys/rotate': ['admin'],
    'GET /v1/api-services/{slug}/client-secrets': ALL_OF_CREDENTIALS,
    'POST /v1/api-services/{slug}/client-secrets': ['admin'],
    'POST /v1/api-services/{slug}/client-secrets/promote': ['admin'],
    'POST /v1/api-services/{slug}/client-secrets/withdraw': ['admin'],
    'DELETE /v1/api-services/{slug}/client-secrets/former': ['admin'],
    'GET /jwks/{slug}': 'everybody',
    'GET /v1/manifests/schema': 'everybody',
    'POST /v1/manifests/lint': ALL_OF_CREDENTIALS,
    'GET /v1/catalogue': ALL_OF_CREDENTIALS,
    'POST /v1/connections': THAT_ACT,
    'GET /v1/connections': ALL_OF_CREDENTIALS,
    'GET /v1/connections/counts': ALL_OF_CREDENTIALS,
    'GET /v1/statistics': ALL_OF_CREDENTIALS,
    'GET /v1/connections/{id}': ALL_OF_CREDENTIALS,
    'DELETE /v1/connections/{id}': ['admin'],
    'PATCH /v1/connections/{id}': THAT_ACT,
    'GET /v1/notices': ALL_OF_CREDENTIALS,
    'GET /v1/api-services/{slug}/notices': ALL_OF_CREDENTIALS,
    'PUT /v1/api-services/{slug}/notices': ['admin'],
    'GET /v1/api-services/{slug}/notice-template': ALL_OF_CREDENTIALS,
    'PUT /v1/api-services/{slug}/notice-template': ['admin'],
    'DELETE /v1/api-services/{slug}/notice-template': ['admin'],
    'GET /v1/notice-template': ALL_OF_CREDENTIALS,
    'PUT /v1/notice-template': ['admin'],
    'DELETE /v1/notice-template': ['admin'],
    'GET /v1/connections/{id}/timeline': ALL_OF_CREDENTIALS,
    'POST /v1/connections/{id}/authorization-links': THAT_ACT,
    'POST /v1/connections/{id}/issue': THAT_ACT,
    'POST /v1/connections/{id}/device-authorizations': THAT_ACT,
    'GET /v1/connections/{id}/device-authorizations': ALL_OF_CREDENTIALS,
    'POST /v1/connections/{id}/refresh': THAT_ACT,
    'POST /v1/connections/{id}/replay': THAT_ACT,
    'GET /v1/forecast': ALL_OF_CREDENTIALS,
    'POST /v1/connections/{id}/revoke': THAT_ACT,
    'GET /v1/connections/{id}/revocations': ALL_OF_CREDENTIALS,
    'POST /v1/revocations': ['admin'],
    'GET /v1/revocations': ALL_OF_CREDENTIALS,
    'GET /v1/revocations/{id}': ALL_OF_CREDENTIALS,
    'GET /v1/revocations/{id}/items': ALL_OF_CREDENTIALS,
    'POST /v1/connections/{id}/test': THAT_ACT,
    'POST /v1/connections/{id}/notices': THAT_ACT,
    'POST /v1/keys': ['admin'],
    'GET /v1/keys': ['admin', 'auditor'],
    'DELETE /v1/keys/{id}': ['admin'],
    'GET /v1/audit': ['admin', 'auditor'],
    'GET /v1/sign-in': 'everybody',
    'POST /v1/session': 'everybody',
    'GET /v1/session': ALL_OF_CREDENTIALS,
    'DELETE /v1/session': ALL_OF_CREDENTIALS,
    'DELETE /v1/sessions': ALL_OF_CREDENTIALS,
    'POST /v1/session/links': ALL_OF_CREDENTIALS,
    'GET /v1/session/openid': 'everybody',
    'GET /v1/session/openid/callback': 'everybody',
    'GET /v1/audit/head': ['admin', 'auditor'],
    'GET /v1/audit/breaks': ['admin', 'auditor'],
    'POST /v1/audit/breaks/{mark}/acknowledgement': ['admin'],
    'GET /v1/audit/export': ['admin', 'auditor'],
    'GET /connect/{ticket}': 'everybody',
    'HEAD /connect/{ticket}': 'everybody',
    'POST /connect/{ticket}': 'everybody',
    'GET /callback/{slug}': 'everybody',
    'GET /device/{handle}': 'everybody',
    'GET /misdirected': 'everybody',
    'GET /connected': 'everybody',
    'GET /health/live': 'everybody',
    'GET /health/ready': 'everybody',
    'GET /metrics': 'everybody',
  },
  'access-tokens': {
    'GET /v1/tokens': ['admin', 'auditor', 'consumer'],
    'GET /v1/tokens/{apiService}/{user}': ['consumer'],
    'POST /v1/tokens/{apiService}/{user}/refresh': ['consumer'],
    'POST /v1/tokens/{apiService}/{user}/notices': ['consumer'],
    'POST /v1/tokens/{apiService}/{user}/reports': ['consumer'],
    ...Object.fromEntries(
      ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'SEARCH'].map((method) => [
        `${method} /v1/proxy/{apiService}/{user}/{path}`,
        ['consumer'],
      ]),
    ),
    'POST /oauth/token': 'itself',
    'GET /.well-known/oauth-authorization-server': 'everybody',
    'GET /v1/exposures': ['admin', 'auditor'],
    'GET /v1/notices': ['admin', 'auditor', 'consumer'],
    'POST /v1/requests': ['consumer'],
    'GET /v1/calls': ['admin', 'auditor'],
    'POST /v1/consumers': ['admin'],
    'GET /v1/consumers': ['admin', 'auditor'],
    'GET /v1/consumers/{id}': ['admin', 'auditor'],
    'PATCH /v1/consumers/{id}': ['admin'],
    'DELETE /v1/consumers/{id}': ['admin'],
    'GET /v1/consumers/{id}/keys': ['admin', 'auditor'],
    'POST /v1/consumers/{id}/keys': ['admin'],
    'PATCH /v1/consumers/{id}/keys/{keyId}': ['admin'],
    'DELETE /v1/consumers/{id}/keys/{keyId}': ['admin'],
    'GET /v1/events': ['admin', 'auditor', 'consumer'],
    'GET /v1/webhooks': ['admin', 'auditor', 'consumer'],
    'POST /v1/webhooks': ['admin', 'consumer'],
    'GET /v1/webhooks/{id}': ['admin', 'auditor', 'consumer'],
    'PATCH /v1/webhooks/{id}': ['admin', 'consumer'],
    'DELETE /v1/webhooks/{id}': ['admin', 'consumer'],
    'POST /v1/webhooks/{id}/secret': ['admin', 'consumer'],
    'GET /v1/webhooks/{id}/deliveries': ['admin', 'auditor', 'consumer'],
    'POST /v1/webhooks/{id}/deliveries/{deliveryId}/redeliver': ['admin', 'consumer'],
    'POST /v1/consumers/{id}/nats-credentials': ['admin', 'consumer'],
    'DELETE /v1/consumers/{id}/nats-credentials': ['admin', 'consumer'],
    'POST /v1/keys': ['admin'],
    'GET /v1/keys': ['admin', 'auditor'],
    'DELETE /v1/keys/{id}': ['admin'],
    'GET /v1/audit': ['admin', 'auditor'],
    'GET /v1/sign-in': 'everybody',
    'POST /v1/session': 'everybody',
    'GET /v1/session': ['admin', 'auditor', 'consumer'],
    'DELETE /v1/session': ['admin', 'auditor', 'consumer'],
    'DELETE /v1/sessions': ['admin', 'auditor', 'consumer'],
    'POST /v1/session/links': ['admin', 'auditor', 'consumer'],
    'GET /v1/session/openid': 'everybody',
    'GET /v1/session/openid/callback': 'everybody',
    'GET /v1/audit/head': ['admin', 'auditor'],
    'GET /v1/audit/breaks': ['admin', 'auditor'],
    'POST /v1/audit/breaks/{mark}/acknowledgement': ['admin'],
    'GET /v1/audit/export': ['admin', 'auditor'],
    'GET /health/live': 'everybody',
    'GET /health/ready': 'everybody',
    'GET /metrics': 'everybody',
  },
};

const ROLES: Record<Workspace, string[]> = {
  credentials: ['admin', 'operator', 'auditor'],
  'access-tokens': ['admin', 'auditor', 'consumer'],
};
const WORKSPACES = Object.keys(DOORS) as Workspace[];
const every = WORKSPACES.flatMap((workspace) =>
  Object.entries(DOORS[workspace]).map(([route, door]) => [workspace, route, door] as const),
);

/** Nothing that exists: whoever is let in is told so, and changes nothing. */
const pathOf = (route: string): string => route.replace(/\{\w+\}/g, '7b1c2f7e-0000-4000-8000-000000000000');

describe('every door of both workspaces', () => {
  let system: System;
  const clients = {} as Record<Workspace, { nobody: ApiClient; stranger: ApiClient; roles: Record<string, ApiClient> }>;

  beforeAll(async () => {
    // Every door is tried with keys that are none: one after the other, and many of them.
    const patient = { CREDENTIALS_REFUSED_KEYS_PER_ADDRESS: '10000', ACCESS_TOKENS_REFUSED_KEYS_PER_ADDRESS: '10000' };
    system = await System.start({ env: patient });
    const { admin, tokensAdmin, keys } = system;
    clients.credentials = {
      nobody: admin.with(null),
      stranger: admin.with(keys.accessTokensAdmin),
      roles: {
        admin: await issued(admin, 'admin'),
        operator: await issued(admin, 'operator'),
        auditor: await issued(admin, 'auditor'),
      },
    };
    const body = { name: 'a consumer', entitlements: [{ apiService: 'anything' }] };
    const { key } = succeeded(await tokensAdmin.post<{ key: string }>('/v1/consumers', body));
    clients['access-tokens'] = {
      nobody: tokensAdmin.with(null),
      stranger: tokensAdmin.with(keys.credentialsAdmin),
      roles: {
        admin: await issued(tokensAdmin, 'admin'),
        auditor: await issued(tokensAdmin, 'auditor'),
        consumer: tokensAdmin.with(key),
      },
    };
  });
  afterAll(() => system?.stop());

  it.each(WORKSPACES)('of %s is in the table, and the table has no other', async (workspace) => {
    const document = await clients[workspace].nobody.get<{ paths: Record<string, Record<string, unknown>> }>(
      '/docs-json',
    );
    const routes = Object.entries(succeeded(document).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.sort()).toEqual(Object.keys(DOORS[workspace]).sort());
  });

  it.each(every)('%s: %s opens to those whom it is for, and to nobody else', async (workspace, route, door) => {
    const { nobody, stranger, roles } = clients[workspace];
    if (door === 'everybody') return expectLetIn(await knock(nobody, route));
    if (door === 'itself') return expectOauthsWay(clients[workspace], route);
    expect((await knock(nobody, route)).status).toBe(401);
    expect((await knock(stranger, route)).status).toBe(401);
    for (const role of ROLES[workspace]) {
      const answer = await knock(roles[role]!, route);
      if (door.includes(role)) expectLetIn(answer);
      else expect([role, answer.status, codeOf(answer)]).toEqual([role, 403, 'role_refused']);
    }
  });

  it.each(WORKSPACES)('%s takes a key from the Authorization header only', async (workspace) => {
    const key = workspace === 'credentials' ? system.keys.credentialsAdmin : system.keys.accessTokensAdmin;
    const { nobody } = clients[workspace];
    expect((await nobody.get(`/v1/keys?access_token=${key}`)).status).toBe(401);
    expect((await nobody.post('/v1/keys', { access_token: key, name: 'x', role: 'admin' })).status).toBe(401);
    expect((await nobody.get('/v1/keys', { authorization: `Basic ${btoa(`${key}:`)}` })).status).toBe(401);
  });

  it.each(WORKSPACES)('%s tells in the standard’s way that a key is needed', async (workspace) => {
    const answer = await clients[workspace].nobody.get('/v1/keys');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      status: 401,
      code: 'key_required',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it.each(WORKSPACES)('%s forgets a key that was withdrawn or has run out, at once', async (workspace) => {
    const admin = clients[workspace].roles['admin']!;
    const { id, key } = succeeded(
      await admin.post<{ id: string; key: string }>('/v1/keys', { name: 'short-lived', role: 'auditor' }),
    );
    expect((await admin.with(key).get('/v1/audit')).status).toBe(200);
    expect((await admin.delete(`/v1/keys/${id}`)).status).toBe(204);
    expect((await admin.with(key).get('/v1/audit')).status).toBe(401);
    expect(
      (await admin.post('/v1/keys', { name: 'x', role: 'auditor', expiresAt: '2020-01-01T00:00:00Z' })).status,
    ).toBe(400);
  });

  it.each(WORKSPACES)(
    '%s refuses unknown members, wrong types and oversized bodies with their names, not their values',
    async (workspace) => {
      const admin = clients[workspace].roles['admin']!;
      const wrong = await admin.post('/v1/keys', { name: 7, role: 'auditor', rolle: 'canary-value' });
      expect(wrong).toMatchObject({ status: 400, body: { code: 'input_invalid' } });
      expect(wrong.text).toMatch(/\/rolle/);
      expect(wrong.text).toMatch(/\/name/);
      expect(wrong.text).not.toContain('canary-value');
      const large = await admin.post('/v1/keys', { name: 'x'.repeat(2_000_000), role: 'auditor' });
      expect(large).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
      expect(await admin.get('/v1/nowhere')).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    },
  );

  it.each(WORKSPACES)('%s keeps its last admin key', async (workspace) => {
    const admin = workspace === 'credentials' ? system.admin : system.tokensAdmin;
    const { items } = succeeded(await admin.get<{ items: { id: string; role: string }[] }>('/v1/keys'));
    const admins = items.filter(({ role }) => role === 'admin');
    const last = admins.pop()!;
    for (const { id } of admins.slice(1)) succeeded(await admin.delete(`/v1/keys/${id}`));
    expect((await admin.delete(`/v1/keys/${last.id}`)).status).toBe(204);
    expect(await admin.delete(`/v1/keys/${admins[0]!.id}`)).toMatchObject({
      status: 409,
      body: { code: 'last_admin_key' },
    });
  });
});

function knock(client: ApiClient, route: string): Promise<ApiAnswer> {
  const [method, path] = route.split(' ') as [string, string];
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined;
  // An answer without an end: it is asked for wrongly, so that there is one.
  const asked = path === '/v1/events' ? `${path}?connection=none` : pathOf(path);
  return client.send(method, asked, { body });
}

async function expectOauthsWay(
  { nobody, stranger, roles }: { nobody: ApiClient; stranger: ApiClient; roles: Record<string, ApiClient> },
  route: string,
): Promise<void> {
  const { consumer, ...others } = roles;
  for (const client of [nobody, stranger, ...Object.values(others)]) {
    expect(await knock(client, route)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  }
  expect((await knock(consumer!, route)).status).toBe(400);
}

/** An answer to HEAD has no body, and its status says enough. */
const codeOf = ({ body, text, status }: ApiAnswer): unknown =>
  text === '' && status === 403 ? 'role_refused' : body['code'];

/** Whatever it says then, it isn't about the key. */
function expectLetIn({ status, body }: ApiAnswer): void {
  expect([401, 500]).not.toContain(status);
  if (status === 403) expect(body.code).not.toBe('role_refused');
}

async function issued(admin: ApiClient, role: string): Promise<ApiClient> {
  return admin.with(succeeded(await admin.post<{ key: string }>('/v1/keys', { name: `the ${role}’s`, role })).key);
}
