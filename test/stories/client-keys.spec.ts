import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { type ReceivedRequest, ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

const SLUG = 'keyed';
const PUSHED = { status: 201, body: { request_uri: 'urn:ietf:params:oauth:request_uri:one', expires_in: 60 } };
const tokens = (round: number) => ({
  body: { access_token: `at-${round}`, token_type: 'Bearer', expires_in: 3600, refresh_token: `rt-${round}` },
});
const pem = (name: string) => readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
const form = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body));

describe('Clients that share no secret with their provider', () => {
  let system: System;
  let desk: Desk;
  let server: ScriptedServer;
  let connection: Connected;

  beforeAll(async () => {
    [system, server] = await Promise.all([System.start(), ScriptedServer.start()]);
    desk = new Desk(system);
    const manifest = {
      manifest: 1,
      issuer: server.url,
      clientAuthentication: 'private_key_jwt',
      authorize: { url: `${server.url}/authorize` },
      pushedAuthorization: { url: `${server.url}/par` },
      token: { url: `${server.url}/token` },
    };
    succeeded(await system.admin.post('/v1/api-services', { slug: SLUG, name: SLUG, clientId: 'client-1', manifest }));
    connection = await desk.open(SLUG);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), server?.close()]);
  });

  const published = async (): Promise<JSONWebKeySet> => {
    const response = await fetch(`${system.credentialsUrl}/jwks/${SLUG}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/jwk-set\+json/),
    ]);
    return (await response.json()) as JSONWebKeySet;
  };
  /** As the provider does it: with the keys that it finds at the address. @returns the key's name */
  const proven = async (request: ReceivedRequest): Promise<string> => {
    const assertion = form(request).client_assertion!;
    const rules = { issuer: 'client-1', subject: 'client-1', audience: server.url };
    await jwtVerify(assertion, createLocalJWKSet(await published()), rules);
    return decodeProtectedHeader(assertion).kid!;
  };
  const refreshed = async (round: number): Promise<string> => {
    server.answers(tokens(round));
    succeeded(await system.admin.post(`/v1/connections/${connection.id}/refresh`));
    return proven(server.onlyRequest);
  };
  const rotated = async (signAfterSeconds: number): Promise<void> => {
    succeeded(await system.admin.post(`/v1/api-services/${SLUG}/keys/rotate`, { signAfterSeconds }));
  };

  it('D101 publish the public half of a key that was drawn for them, and nothing else of it', async () => {
    const { keys } = await published();
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.any(String),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
    expect((await fetch(`${system.credentialsUrl}/jwks/nobody`)).status).toBe(404);
  });

  it('D120 push what they ask for when the user clicks, and not when the link is made', async () => {
    server.answers(PUSHED, tokens(1));
    const link = await desk.link(connection);
    expect(server.requests).toHaveLength(0);
    const browser = new Browser();
    await browser.enter(link, `${server.url}/authorize`);
    await proven(server.onlyRequest);
    const departure = new URL(browser.hops.at(-1)!.location!);
    expect([...departure.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const answer = new URLSearchParams({ code: 'code-1', state: form(server.onlyRequest).state! });
    expect((await browser.open(`${system.credentialsUrl}/callback/${SLUG}?${answer}`)).status).toBe(200);
    await proven(server.requests.at(-1)!);
    expect(form(server.requests.at(-1)!)).toMatchObject({ code: 'code-1', code_verifier: expect.any(String) });
  });

  it('D101 rotate the key with an overlap: the new one is known before it signs, the old one after it did', async () => {
    const old = (await published()).keys[0]!.kid;
    await rotated(3600);
    expect((await published()).keys).toHaveLength(2);
    expect(await refreshed(2)).toBe(old);
    await rotated(0);
    const kids = (await published()).keys.map(({ kid }) => kid);
    expect([kids.length, kids[0]]).toEqual([3, old]);
    expect(await refreshed(3)).toBe(kids[2]);
  });

  it('D121 tell the user, and the timeline, that the provider refused what was pushed', async () => {
    const refused = await desk.open(SLUG);
    server.answers({ status: 400, body: { error: 'invalid_scope' } });
    const page = await new Browser().enter(await desk.link(refused));
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(server.requests).toHaveLength(1);
    const timeline = await desk.timeline(refused);
    expect(timeline).toContainEqual(
      expect.objectContaining({
        event: 'authorization_failed',
        steps: [expect.objectContaining({ url: `${server.url}/par`, status: 400 })],
      }),
    );
  });

  it('keep the private half sealed, and show it at no door', async () => {
    const shown = [
      await system.admin.get(`/v1/api-services/${SLUG}`),
      await system.admin.get(`/v1/connections/${connection.id}/timeline`),
      await system.admin.get('/v1/audit'),
      await system.admin.post(`/v1/api-services/${SLUG}/dry-run`, {}),
    ];
    for (const { status, text } of shown) {
      expect(status).toBeLessThan(300);
      expect(text).not.toMatch(/"d":|eyJ/);
    }
    expect(await everyRow(system.databases.credentialsDatabaseUrl)).not.toMatch(/"d": ?"/);
  });

  it('take a certificate with the key that belongs to it, and show neither again', async () => {
    const manifest = {
      manifest: 1,
      clientAuthentication: 'tls_client_auth',
      authorize: { url: `${server.url}/authorize` },
      token: { url: `${server.url}/token` },
    };
    const input = { slug: 'certified', clientId: 'client-1', manifest };
    const certificate = pem('client.pem');
    const foreign = { certificate, privateKey: pem('server.key') };
    const refused = await system.admin.post('/v1/api-services', { ...input, clientCertificate: foreign });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/clientCertificate')]);
    const clientCertificate = { certificate, privateKey: pem('client.key') };
    const taken = await system.admin.post('/v1/api-services', { ...input, clientCertificate });
    expect(taken.status).toBe(201);
    expect(taken.body).toMatchObject({
      clientCertificate: { subject: 'CN=client-1', fingerprint: expect.any(String) },
    });
    expect(taken.text).not.toContain('PRIVATE KEY');
    expect(await everyRow(system.databases.credentialsDatabaseUrl)).not.toContain('PRIVATE KEY');
  });
});
