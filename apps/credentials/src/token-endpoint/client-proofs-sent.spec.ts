import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress } from '@lockkeeper/egress';
import { type DrawnKey, drawSigningKey, Secret } from '@lockkeeper/sealing';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { failureOf } from '../../../../test/support/failure.js';
import { targetAt, type TargetParts } from '../../../../test/support/oauth-target.js';
import { type ReceivedRequest, ScriptedServer } from '../../../../test/support/scripted-server.js';
import { atAliases } from './mtls-aliases.js';
import type { OAuthTarget } from './oauth-target.js';
import { rehearse } from './rehearsal.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenFault } from './token-fault.js';

const TLS = (name: string) => fileURLToPath(new URL(`../../../../test/support/tls/${name}`, import.meta.url));
const ISSUER = 'https://as.example.com';
const GOOD = { body: { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' } };
const grant = { refreshToken: new Secret('rt-0'), accessToken: new Secret('at-0') };
const callback = { code: new Secret('code-1'), parameters: {} };

let server: ScriptedServer;
let egress: Egress;
let endpoint: TokenEndpoint;

beforeAll(async () => {
  server = await ScriptedServer.start();
  egress = new Egress({ allowedNetworks: ['127.0.0.0/8'], caFile: TLS('ca.pem') });
  endpoint = new TokenEndpoint(egress);
});
afterAll(async () => {
  await egress.close();
  await server.close();
});

const form = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body));

async function refreshed(target: OAuthTarget, at = server): Promise<ReceivedRequest> {
  at.answers(GOOD);
  await endpoint.sendRefresh(target, grant);
  return at.onlyRequest;
}

describe('A client that proves itself by a key', () => {
  let drawn: DrawnKey;
  beforeAll(async () => {
    drawn = await drawSigningKey('ES256');
  });

  const signing = (parts: TargetParts = {}): OAuthTarget => ({
    ...targetAt(
      server.url,
      { clientAuthentication: 'private_key_jwt', issuer: ISSUER, ...parts },
      { clientSecret: null },
    ),
    clientKey: drawn.privateKey,
  });
  /** As the provider reads it, with the public half that is published. */
  const read = async (request: ReceivedRequest) =>
    (await jwtVerify(form(request).client_assertion!, await importJWK(drawn.publicKey))).payload;

  it('D095 signs that it is itself: iss, sub, aud and exp', async () => {
    const request = await refreshed(signing());
    expect(form(request)).toMatchObject({
      grant_type: 'refresh_token',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(await read(request)).toMatchObject({ iss: 'client-1', sub: 'client-1', exp: expect.any(Number) });
    expect(request.headers).not.toHaveProperty('authorization');
    expect(form(request)).not.toHaveProperty('client_secret');
  });

  it('D096 is meant for the issuer alone, and for the token endpoint only where the manifest says so', async () => {
    expect((await read(await refreshed(signing()))).aud).toBe(ISSUER);
    const old = signing({ clientAssertion: { audience: 'token_endpoint' } });
    expect((await read(await refreshed(old))).aud).toBe(`${server.url}/token`);
  });

  it('D096 fills in the connection’s fields where the token endpoint has them', async () => {
    const tenant = signing({
      fields: { tenant: { label: 'Tenant' } },
      token: { url: `${server.url}/{{ field.tenant }}/token` },
      clientAssertion: { audience: 'token_endpoint' },
    });
    const request = await refreshed({ ...tenant, params: { tenant: 'acme' } });
    expect([request.url, (await read(request)).aud]).toEqual(['/acme/token', `${server.url}/acme/token`]);
  });

  it('D097 calls its assertion what it is, unless the server refuses types that it doesn’t know', async () => {
    const headerOf = (request: ReceivedRequest) => decodeProtectedHeader(form(request).client_assertion!);
    expect(headerOf(await refreshed(signing())).typ).toBe('client-authentication+jwt');
    expect(headerOf(await refreshed(signing({ clientAssertion: { type: 'absent' } })))).not.toHaveProperty('typ');
  });

  it('D098 makes a new assertion for each request, and a short one', async () => {
    const first = await read(await refreshed(signing()));
    const second = await read(await refreshed(signing({ clientAssertion: { lifetimeSeconds: 30 } })));
    expect(first.jti).not.toBe(second.jti);
    expect(first.exp! - first.iat!).toBeLessThanOrEqual(70);
    expect(second.exp! - second.iat!).toBeLessThanOrEqual(40);
  });

  it('D099 sends the client_id that is the sub', async () => {
    const request = await refreshed(signing());
    expect(form(request).client_id).toBe((await read(request)).sub);
  });

  it('D101 names its key, so that the server finds it among those published', async () => {
    const header = decodeProtectedHeader(form(await refreshed(signing())).client_assertion!);
    expect(header).toMatchObject({ alg: 'ES256', kid: drawn.publicKey.kid });
  });

  it('sends nothing where it has no key', async () => {
    server.answers(GOOD);
    const fault = await failureOf<TokenFault>(endpoint.sendRefresh({ ...signing(), clientKey: null }, grant));
    expect(fault).toMatchObject({ owner: 'client', code: 'client_key_missing', reachedProvider: false });
    expect(server.requests).toHaveLength(0);
  });

  it('tells neither the trace nor a dry run what it signed', async () => {
    server.answers(GOOD);
    const { trace } = await endpoint.sendRefresh(signing(), grant);
    const steps = await rehearse(signing(), []);
    expect(form(server.onlyRequest).client_assertion).toMatch(/^eyJ/);
    expect(JSON.stringify([trace, steps])).not.toContain('eyJ');
    expect(steps.map(({ refused }) => refused)).toEqual(steps.map(() => null));
  });
});

describe('A client that proves itself by a certificate', () => {
  const certificate = readFileSync(TLS('client.pem'), 'utf8');
  const pair = { certificate, privateKey: new Secret(readFileSync(TLS('client.key'), 'utf8')) };
  let tls: ScriptedServer;
  beforeAll(async () => {
    tls = await ScriptedServer.start({ tls: true, wantsCertificate: true });
  });
  afterAll(() => tls.close());

  const showing = (parts: TargetParts = {}): OAuthTarget => {
    const target = targetAt(tls.url, { clientAuthentication: 'tls_client_auth', ...parts }, { clientSecret: null });
    return { ...target, manifest: atAliases(target.manifest), certificate: pair };
  };

  it('D103 says whose certificate it should be with each request', async () => {
    tls.answers(GOOD);
    const target = showing({
      revoke: { request: { url: `${tls.url}/revoke`, body: { parameters: { token: '{{ token }}' } } } },
    });
    await endpoint.sendExchange(target, { callback, codeVerifier: null });
    await endpoint.sendRefresh(target, grant);
    await endpoint.revoke(target, grant);
    expect(tls.requests.length).toBeGreaterThanOrEqual(3);
    expect(tls.requests.map(form)).toEqual(tls.requests.map(() => expect.objectContaining({ client_id: 'client-1' })));
  });

  it('D104 goes to the addresses that the server has for certificates', async () => {
    const target = showing({
      token: { url: 'https://as.example.com/token' },
      mtlsEndpointAliases: { token: `${tls.url}/mtls/token`, revoke: `${tls.url}/mtls/revoke` },
      revoke: { request: { url: 'https://as.example.com/revoke', body: { parameters: { token: '{{ token }}' } } } },
    });
    expect((await refreshed(target, tls)).url).toBe('/mtls/token');
    tls.answers({ status: 200 });
    await endpoint.revoke(target, grant);
    expect(new Set(tls.requests.map(({ url }) => url))).toEqual(new Set(['/mtls/revoke']));
  });

  it('D105 shows the same certificate at the refresh as at the exchange', async () => {
    tls.answers(GOOD);
    await endpoint.sendExchange(showing(), { callback, codeVerifier: null });
    await endpoint.sendRefresh(showing(), grant);
    const { fingerprint256 } = new X509Certificate(certificate);
    expect(tls.requests.map((request) => request.certificate)).toEqual([fingerprint256, fingerprint256]);
  });

  it('gets no answer without one, nor where another client has one', async () => {
    tls.answers(GOOD);
    await refreshed(showing(), tls);
    tls.answers(GOOD);
    const nobody = targetAt(tls.url, { clientAuthentication: 'none' }, { clientSecret: null });
    await failureOf<TokenFault>(endpoint.sendRefresh(nobody, grant));
    expect(tls.requests).toHaveLength(0);
  });

  it('sends nothing where it has none', async () => {
    tls.answers(GOOD);
    const fault = await failureOf<TokenFault>(endpoint.sendRefresh({ ...showing(), certificate: null }, grant));
    expect(fault).toMatchObject({ owner: 'client', code: 'client_certificate_missing', reachedProvider: false });
    expect(tls.requests).toHaveLength(0);
  });
});
