import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { OpenWorkspace } from '../support/open-workspace.js';

interface Answer {
  description: string;
  content?: Record<string, { schema: object }>;
}
interface Operation {
  summary?: string;
  security?: object[];
  parameters?: { name: string; in: string; schema?: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Answer>;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const PUBLIC = [
  '/.well-known/oauth-authorization-server',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/v1/sign-in',
  '/v1/session/openid',
  '/v1/session/openid/callback',
];
/** A browser's own way in, and OAuth's: their errors are of another kind, or concern nobody's role. */
const OF_THEIR_OWN = ['/v1/session', '/v1/sessions', '/v1/session/links', '/oauth/token'];
const DOORS = [
  'GET /.well-known/oauth-authorization-server',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /v1/audit',
  'GET /v1/audit/breaks',
  'POST /v1/audit/breaks/{mark}/acknowledgement',
  'GET /v1/audit/export',
  'GET /v1/audit/head',
  'GET /v1/consumers',
  'POST /v1/consumers',
  'DELETE /v1/consumers/{id}',
  'GET /v1/consumers/{id}',
  'PATCH /v1/consumers/{id}',
  'GET /v1/consumers/{id}/keys',
  'POST /v1/consumers/{id}/keys',
  'POST /v1/consumers/{id}/nats-credentials',
  'DELETE /v1/consumers/{id}/keys/{keyId}',
  'PATCH /v1/consumers/{id}/keys/{keyId}',
  'DELETE /v1/consumers/{id}/nats-credentials',
  'GET /v1/keys',
  'POST /v1/keys',
  'DELETE /v1/keys/{id}',
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'SEARCH'].map(
    (method) => `${method} /v1/proxy/{apiService}/{user}/{path}`,
  ),
  'POST /v1/requests',
  'GET /v1/calls',
  'GET /v1/events',
  'GET /v1/exposures',
  'GET /v1/notices',
  'GET /v1/session',
  'POST /v1/session',
  'DELETE /v1/session',
  'POST /v1/session/links',
  'GET /v1/session/openid',
  'GET /v1/session/openid/callback',
  'DELETE /v1/sessions',
  'GET /v1/sign-in',
  'POST /oauth/token',
  'GET /v1/webhooks',
  'POST /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'POST /v1/webhooks/{id}/secret',
  'GET /v1/webhooks/{id}/deliveries',
  'POST /v1/webhooks/{id}/deliveries/{deliveryId}/redeliver',
  'GET /v1/tokens',
  'GET /v1/tokens/{apiService}/{user}',
  'POST /v1/tokens/{apiService}/{user}/notices',
  'POST /v1/tokens/{apiService}/{user}/refresh',
  'POST /v1/tokens/{apiService}/{user}/reports',
];

describe('the doors of access-tokens, as /docs-json describes them', () => {
  let workspace: OpenWorkspace;
  let document: OpenApi;
  let operations: { door: string; path: string; method: string; operation: Operation }[];
  beforeAll(async () => {
    workspace = await OpenWorkspace.start();
    const response = await fetch(`${workspace.url}/docs-json`);
    document = (await response.json()) as OpenApi;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        door: `${method.toUpperCase()} ${path}`,
        path,
        method,
        operation,
      })),
    );
  });
  afterAll(() => workspace?.stop());

  /** Names of the doors of which something does not hold. */
  const without = (holds: (operation: Operation, path: string, method: string) => boolean): string[] =>
    operations.filter(({ operation, path, method }) => !holds(operation, path, method)).map(({ door }) => door);

  it('are these, and no others', () => {
    expect(operations.map(({ door }) => door).sort()).toEqual([...DOORS].sort());
  });

  it('each say in a sentence what they do', () => {
    expect(without(({ summary }) => /^[A-Z].*\.$/.test(summary ?? ''))).toEqual([]);
  });

  it('each describe what they answer with', () => {
    const described = ({ content }: Answer): boolean =>
      Object.values(content ?? {}).some(({ schema }) => schema !== undefined);
    const lacking = without(({ responses }) =>
      Object.entries(responses).some(
        ([status, answer]) => ['204', '302'].includes(status) || (status.startsWith('2') && described(answer)),
      ),
    );
    expect(lacking).toEqual([]);
  });

  it('each describe their body, if they take one', () => {
    const takesNone = (path: string): boolean => /\/(redeliver|links)$/.test(path);
    const bodiless = without(
      ({ requestBody }, path, method) =>
        !['post', 'patch'].includes(method) || takesNone(path) || requestBody !== undefined,
    );
    expect(bodiless).toEqual([]);
  });

  it('each name the problems they may answer with, and want a key unless they are public', () => {
    const guarded = ({ responses, security }: Operation): boolean => {
      const problems = ['401', '403'].map((status) => responses[status]?.content?.['application/problem+json']);
      return problems.every((problem) => problem !== undefined) && (security ?? []).length > 0;
    };
    expect(without((operation, path) => [...PUBLIC, ...OF_THEIR_OWN].includes(path) || guarded(operation))).toEqual([]);
  });

  it('each describe every placeholder of their path', () => {
    const placeholders = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const lacking = without(({ parameters = [] }, path) =>
      placeholders(path).every((name) =>
        parameters.some((parameter) => parameter.in === 'path' && parameter.name === name),
      ),
    );
    expect(lacking).toEqual([]);
  });

  it('refer to nothing that isn’t there', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name!,
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
  });

  it('answer problem documents even where the request can’t be read', async () => {
    const api = new ApiClient(workspace.url, null);
    const answers = [
      await api.get('/v1/tokens/sandbox/%zz'),
      await api.get('/nowhere'),
      await workspace.admin.get('/v1/consumers/not-a-uuid'),
      await workspace.admin.post('/v1/consumers', { name: 'x'.repeat(300_000), entitlements: [] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400, 413]);
    for (const { headers, body } of answers) {
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ type: expect.stringMatching(/^urn:lockkeeper:problem:/), code: expect.any(String) });
    }
  });
});
