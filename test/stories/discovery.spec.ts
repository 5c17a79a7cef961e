import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProblemBody, succeeded } from '../support/api-client.js';
import { Desk } from '../support/desk.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

interface Discovered {
  foundAt: string;
  manifest: { authorize: { url: string } };
  clientAuthentications: string[];
  scopesSupported: string[];
  warnings: { pointer: string }[];
  endpointsElsewhere: { host: string }[];
}

describe('An API service by its issuer', () => {
  let system: System;
  let desk: Desk;
  let server: ScriptedServer;

  beforeAll(async () => {
    [system, server] = await Promise.all([System.start(), ScriptedServer.start()]);
    desk = new Desk(system);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), server?.close()]);
  });

  const client = () => {
    const { clientId, clientSecret } = system.sandbox;
    return { clientId, clientSecret };
  };
  const register = (body: object) => system.admin.post<ProblemBody>('/v1/api-services', body);
  const metadata = (more: object = {}) => ({
    issuer: server.url,
    authorization_endpoint: `${server.url}/authorize`,
    token_endpoint: `${server.url}/token`,
    ...more,
  });

  it('is looked at before anything is registered', async () => {
    const { url: issuer } = system.sandbox;
    const seen = succeeded(await system.admin.post<Discovered>('/v1/api-services/discover', { issuer }));
    expect(seen).toMatchObject({
      foundAt: expect.stringContaining('/.well-known/'),
      manifest: { issuer, authorize: { url: `${issuer}/auth`, iss: 'required' }, token: { url: `${issuer}/token` } },
      endpointsElsewhere: [],
    });
    expect(seen.clientAuthentications[0]).toBe('private_key_jwt');
    expect(seen.scopesSupported).toContain('api:read');
    expect(seen.warnings).toContainEqual(expect.objectContaining({ pointer: '/use/baseUrls' }));
    expect((await system.admin.get('/v1/api-services')).text).not.toContain(issuer);
  });

  it('D046 goes from the issuer’s own words to tokens: consent, read, refresh, test, revoke', async () => {
    const { url: issuer } = system.sandbox;
    const scopes = ['openid', 'offline_access', 'api:read'];
    const registered = await register({
      slug: 'by-issuer',
      ...client(),
      issuer,
      scopes,
      apiBaseUrls: [`${issuer}/api`],
    });
    expect(succeeded(registered)).toMatchObject({
      manifest: { clientAuthentication: 'basic', pushedAuthorization: { url: `${issuer}/request` } },
    });
    const connection = await desk.connect('by-issuer');
    expect(await desk.look(connection)).toMatchObject({ refreshable: true });
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    await desk.reads(connection, 2);
    expect((await system.admin.post(`/v1/connections/${connection.id}/test`)).body).toMatchObject({ ok: true });
    const { status, body } = await desk.revoke(connection);
    expect([status, body.receipt?.outcome]).toEqual([200, 'revoked']);
  });

  it('binds its tokens to keys where that is wanted: they are worth nothing to whoever reads them', async () => {
    const { url: issuer } = system.sandbox;
    const scopes = ['openid', 'offline_access', 'api:read'];
    const bound = await register({ slug: 'bound', ...client(), issuer, scopes, dpop: true });
    expect(succeeded(bound)).toMatchObject({ manifest: { dpop: { algorithm: expect.any(String), required: true } } });
    const connection = await desk.open('bound');
    expect((await desk.consent(connection)).status).toBe(200);
    await desk.isRefused(connection, 'token_bound');
  });

  it('D073 is on no other host than its issuer, unless somebody says that it may be', async () => {
    const token = `http://localhost:${server.port}/token`;
    server.answers({ body: metadata({ token_endpoint: token }) });
    const input = { slug: 'elsewhere', clientId: 'client-1', clientSecret: 'secret-1', issuer: server.url };
    const refused = await register(input);
    expect([refused.status, refused.body]).toEqual([
      409,
      expect.objectContaining({
        code: 'endpoints_elsewhere',
        hosts: ['localhost'],
        endpoints: [{ member: 'token_endpoint', url: token, host: 'localhost' }],
      }),
    ]);
    expect(succeeded(await register({ ...input, acceptedHosts: ['localhost'] }))).toMatchObject({
      manifest: { token: { url: token } },
    });
  });

  it('D068 is none where the metadata is another issuer’s, and says both', async () => {
    server.answers({ body: metadata({ issuer: `${server.url}/` }) });
    const refused = await register({ slug: 'mistaken', clientId: 'c', clientSecret: 's', issuer: server.url });
    expect([refused.status, refused.body]).toEqual([
      502,
      expect.objectContaining({ code: 'issuer_mismatch', expected: server.url, found: `${server.url}/` }),
    ]);
    expect((await system.admin.get('/v1/api-services/mistaken')).status).toBe(404);
  });

  it('is given in one way, with what belongs to it', async () => {
    const both = await register({ slug: 'both', clientId: 'c', issuer: server.url, tokenUrl: `${server.url}/token` });
    const astray = await register({ slug: 'astray', clientId: 'c', catalogue: 'sandbox', acceptedHosts: ['a'] });
    expect([both.status, astray.status]).toEqual([400, 400]);
    expect(astray.text).toContain('/acceptedHosts');
    const inside = await system.admin.post('/v1/api-services/discover', { issuer: 'https://10.0.0.1' });
    expect([inside.status, inside.body]).toEqual([400, expect.objectContaining({ code: 'issuer_unreachable' })]);
  });
});
