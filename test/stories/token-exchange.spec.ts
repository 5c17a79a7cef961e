import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import type { Publication } from '@lockkeeper/contracts';
import { succeeded } from '../support/api-client.js';
import { publicationOf, tokenOf } from '../support/credentials-stand-in.js';
import { OpenWorkspace } from '../support/open-workspace.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const CONNECTION = 'urn:lockkeeper:params:oauth:token-type:connection';
const USER = 'urn:lockkeeper:params:oauth:token-type:user';

interface Answered {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

describe('token exchange for consumers (RFC 8693)', () => {
  let workspace: OpenWorkspace;
  let consumer: { id: string; key: string };
  let held: Publication;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start();
    const entitlements = [{ apiService: 'sandbox' }];
    consumer = succeeded(await workspace.admin.post('/v1/consumers', { name: 'an OAuth client', entitlements }));
    held = await published();
  });
  afterAll(() => workspace?.stop());

  async function published(changes: Partial<Publication> = {}): Promise<Publication> {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication;
  }
  const byConnection = (): Record<string, string> => ({
    grant_type: GRANT,
    subject_token: held.connectionId,
    subject_token_type: CONNECTION,
  });
  const byUser = (more: Record<string, string> = {}): Record<string, string> => ({
    grant_type: GRANT,
    subject_token: held.user,
    subject_token_type: USER,
    ...more,
  });
  async function ask(form: Record<string, string> | [string, string][], headers: Record<string, string> = bearer()) {
    const response = await fetch(`${workspace.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    } satisfies Answered;
  }
  const bearer = (): Record<string, string> => ({ authorization: `Bearer ${consumer.key}` });
  const expectToken = ({ status, body, headers }: Answered): void => {
    expect([status, body]).toEqual([
      200,
      {
        access_token: held.token!.accessToken,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: expect.any(Number),
        scope: 'api:read offline_access',
        version: 1,
        connection_id: held.connectionId,
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  };

  describe('an OAuth library that knows nothing of Lockkeeper', () => {
    const ways = (): [string, oauth.ClientAuth][] => [
      ['the Basic header', oauth.ClientSecretBasic(consumer.key)],
      ['the body', oauth.ClientSecretPost(consumer.key)],
    ];
    it.each([0, 1])('D094 gets a token, authenticated by way %i: the Basic header, the body', async (way) => {
      const server = { issuer: workspace.url, token_endpoint: `${workspace.url}/oauth/token` };
      const client = { client_id: consumer.id };
      const { grant_type: _grant, ...parameters } = byUser({ audience: 'sandbox' });
      const options = { [oauth.allowInsecureRequests]: true };
      const clientAuth = ways()[way]![1];
      const response = await oauth.genericTokenEndpointRequest(server, client, clientAuth, GRANT, parameters, options);
      const token = await oauth.processGenericTokenEndpointResponse(server, client, response);
      expect(token).toMatchObject({ access_token: held.token!.accessToken, token_type: 'bearer' });
      expect(token.expires_in).toBeGreaterThan(3000);
    });

    it('finds its way from the issuer alone (RFC 8414)', async () => {
      const options = { [oauth.allowInsecureRequests]: true };
      const issuer = new URL(workspace.url);
      const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options });
      const server = await oauth.processDiscoveryResponse(issuer, found);
      expect(server.grant_types_supported).toEqual([GRANT]);
      const [client, clientAuth] = [{ client_id: consumer.id }, oauth.ClientSecretPost(consumer.key)];
      const { grant_type: _grant, ...parameters } = byConnection();
      const response = await oauth.genericTokenEndpointRequest(server, client, clientAuth, GRANT, parameters, options);
      const token = await oauth.processGenericTokenEndpointResponse(server, client, response);
      expect(token.access_token).toBe(held.token!.accessToken);
    });

    it('D094 gets an error that it understands', async () => {
      const server = { issuer: workspace.url, token_endpoint: `${workspace.url}/oauth/token` };
      const client = { client_id: consumer.id };
      const { grant_type: _grant, ...parameters } = byUser({ audience: 'calendar' });
      const options = { [oauth.allowInsecureRequests]: true };
      const clientAuth = oauth.ClientSecretBasic(consumer.key);
      const response = await oauth.genericTokenEndpointRequest(server, client, clientAuth, GRANT, parameters, options);
      const failure = oauth.processGenericTokenEndpointResponse(server, client, response);
      await expect(failure).rejects.toMatchObject({ error: 'invalid_target', status: 400 });
    });
  });

  it('takes a connection’s id, or a user’s with the API service as audience or resource', async () => {
    expectToken(await ask(byConnection()));
    expectToken(await ask({ ...byConnection(), audience: 'sandbox', resource: 'https://api.example.com/v1/me' }));
    expectToken(await ask(byUser({ audience: 'sandbox' })));
    expectToken(await ask(byUser({ resource: 'https://api.example.com/' })));
    expectToken(await ask(byUser({ audience: 'sandbox', scope: 'api:read', requested_token_type: ACCESS_TOKEN })));
  });

  it('counts as exposure', async () => {
    const seen = await published();
    expect((await ask({ ...byConnection(), subject_token: seen.connectionId })).status).toBe(200);
    const path = `/v1/exposures?connection=${seen.connectionId}`;
    const { items } = succeeded(await workspace.admin.get<{ items: object[] }>(path));
    expect(items).toEqual([expect.objectContaining({ consumerId: consumer.id, version: 1, reads: 1 })]);
  });

  it.each([
    ['another grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no subject', { subject_token: '' }, 'invalid_request'],
    ['a subject of another kind', { subject_token_type: ACCESS_TOKEN }, 'invalid_request'],
    ['a connection that is no id', { subject_token: 'ada' }, 'invalid_request'],
    ['an actor', { actor_token: 'x' }, 'invalid_request'],
    ['another kind of token', { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
    ['another API service', { audience: 'calendar' }, 'invalid_target'],
    ['a host that is not the API’s', { resource: 'https://api.example.com.evil.test/' }, 'invalid_target'],
    ['a resource that is no URI', { resource: 'api' }, 'invalid_target'],
    ['a scope that was not granted', { scope: 'api:read api:write' }, 'invalid_scope'],
  ])('refuses %s, and says so in the standard’s words', async (_what, change, error) => {
    const { status, body, headers } = await ask({ ...byConnection(), ...change });
    expect([status, body['error']]).toEqual([400, error]);
    expect(String(body['error_description'])).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('refuses a parameter that is given twice', async () => {
    const twice: [string, string][] = [...Object.entries(byConnection()), ['subject_token', held.connectionId]];
    expect(await ask(twice)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('refuses who is no consumer, or another one than it says', async () => {
    const basic = (id: string, key: string) => ({ authorization: `Basic ${btoa(`${id}:${key}`)}` });
    const others = [
      {},
      bearer2('lkt_nobody'),
      basic(consumer.id, 'lkt_nobody'),
      basic('somebody-else', consumer.key),
      bearer2((await workspace.secrets.read('accessTokensFirstAdminKey')).trim()),
    ];
    for (const headers of others) {
      const answer = await ask(byConnection(), headers as Record<string, string>);
      expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
      if ('authorization' in headers) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/);
    }
    const both = await ask({ ...byConnection(), client_id: consumer.id, client_secret: consumer.key });
    expect(both).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
  const bearer2 = (key: string) => ({ authorization: `Bearer ${key}` });

  it('does not tell a connection that is not the consumer’s from one that is not there', async () => {
    const foreign = await published({ apiService: 'calendar' });
    const answers = await Promise.all([
      ask({ ...byConnection(), subject_token: foreign.connectionId }),
      ask({ ...byConnection(), subject_token: '7b1c2f7e-0000-4000-8000-000000000000' }),
    ]);
    for (const { status, body } of answers) expect([status, body['error']]).toEqual([400, 'invalid_target']);
  });

  it('says why there is no token: a person has to do something, or it passes', async () => {
    const revoked = await published({ status: 'revoked', token: null, cause: 'revoked' });
    const gone = await ask({ ...byConnection(), subject_token: revoked.connectionId });
    expect([gone.status, gone.body['error'], gone.body['code']]).toEqual([400, 'invalid_request', 'revoked']);
    const expired = await published({ token: tokenOf(-1000) });
    const later = await ask({ ...byConnection(), subject_token: expired.connectionId });
    expect([later.status, later.body['error'], later.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      expect.stringMatching(/^[25]$/),
    ]);
  });
});
