import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress } from '@lockkeeper/egress';
import { type DrawnKey, drawSigningKey, Secret } from '@lockkeeper/sealing';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt, type TargetParts } from '../../../../test/support/oauth-target.js';
import { type ReceivedRequest, type ScriptedAnswer, ScriptedServer } from '../../../../test/support/scripted-server.js';
import type { OAuthTarget } from './oauth-target.js';
import { rehearse } from './rehearsal.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenFault } from './token-fault.js';

const GOOD = { body: { access_token: 'at-1', token_type: 'DPoP', expires_in: 3600, refresh_token: 'rt-1' } };
const grant = { refreshToken: new Secret('rt-0'), accessToken: new Secret('at-0') };
const callback = { code: new Secret('code-1'), parameters: {} };
const question = { state: 'state-1', scopes: [], codeChallenge: null };
const challenge = (nonce: string, status = 400): ScriptedAnswer => ({
  status,
  headers: { 'dpop-nonce': nonce },
  body: { error: 'use_dpop_nonce' },
});
const apiChallenge = (nonce: string): ScriptedAnswer => ({
  status: 401,
  headers: { 'dpop-nonce': nonce, 'www-authenticate': 'DPoP realm="api", error="use_dpop_nonce"' },
});

let server: ScriptedServer;
let api: ScriptedServer;
let egress: Egress;
let endpoint: TokenEndpoint;
let drawn: DrawnKey;

beforeAll(async () => {
  [server, api] = await Promise.all([ScriptedServer.start(), ScriptedServer.start()]);
  egress = new Egress({ allowedNetworks: ['127.0.0.0/8'] });
  endpoint = new TokenEndpoint(egress);
  drawn = await drawSigningKey('ES256');
});
afterAll(async () => {
  await egress.close();
  await Promise.all([server.close(), api.close()]);
});

const binding = (parts: TargetParts = {}): OAuthTarget => ({
  ...targetAt(server.url, { dpop: {}, ...parts }, {}),
  dpopKey: drawn.privateKey,
});
/** As a server checks it. */
async function proofIn({ headers }: ReceivedRequest) {
  const proof = headers['dpop'] as string;
  return (await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })).payload;
}
const nonces = async (requests: readonly ReceivedRequest[]) =>
  Promise.all(requests.map(async (request) => (await proofIn(request)).nonce));

describe('Proofs of a key at the token endpoint', () => {
  it('D106 go with exchange and refresh, one in each, by the key of the connection', async () => {
    server.answers(GOOD);
    await endpoint.sendExchange(binding(), { callback, codeVerifier: null });
    await endpoint.sendRefresh(binding(), grant);
    expect(server.requests).toHaveLength(2);
    for (const { headers } of server.requests) {
      const proof = headers['dpop'] as string;
      expect(proof.split('.')).toHaveLength(3);
      const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK);
      expect(await calculateJwkThumbprint(protectedHeader.jwk!)).toBe(drawn.publicKey.kid);
      expect(Object.keys(protectedHeader.jwk!).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    }
  });

  it('D107 name the request, and no token: there is none at a token endpoint', async () => {
    server.answers(GOOD);
    await endpoint.sendRefresh(binding({ token: { url: `${server.url}/token?tenant=a` } }), grant);
    const proof = await proofIn(server.onlyRequest);
    expect(proof).toMatchObject({ htm: 'POST', htu: `${server.url}/token` });
    expect(proof).not.toHaveProperty('ath');
  });

  it('D108 are never the same', async () => {
    server.answers(GOOD);
    for (let round = 0; round < 5; round += 1) await endpoint.sendRefresh(binding(), grant);
    const proofs = await Promise.all(server.requests.map(proofIn));
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(5);
  });

  it('D109 take the server’s nonce and ask once more, and from then on begin with it', async () => {
    const fresh = new TokenEndpoint(egress);
    server.answers(challenge('n-1'), { ...GOOD, headers: { 'dpop-nonce': 'n-2' } }, GOOD);
    const { status, trace } = await fresh.sendRefresh(binding(), grant);
    await fresh.sendRefresh(binding(), grant);
    expect(await nonces(server.requests)).toEqual([undefined, 'n-1', 'n-2']);
    expect([status, trace.map((step) => step.status)]).toEqual([200, [400, 200]]);
    expect(trace[0]!.decision).toContain('nonce');
  });

  it.each([
    ['a second challenge', [challenge('n-1'), challenge('n-2'), GOOD], 2],
    ['a challenge without a nonce', [{ status: 400, body: { error: 'use_dpop_nonce' } }, GOOD], 1],
    ['a nonce with another refusal', [{ ...challenge('n-1'), body: { error: 'invalid_grant' } }, GOOD], 1],
    ['a challenge by a server that fails', [challenge('n-1', 503), GOOD], 1],
    ['a nonce that can be none', [challenge('n'.repeat(600)), GOOD], 1],
  ] as const)('D109 send no refresh token again after %s', async (_what, script, sent) => {
    server.answers(...script);
    const answer = await new TokenEndpoint(egress).sendRefresh(binding(), grant);
    expect([answer.status, server.requests.length]).toEqual([(script[sent - 1] as ScriptedAnswer).status, sent]);
  });

  it('D109 send nothing again where the time is over in which it may begin', async () => {
    server.answers((response) => {
      setTimeout(() => {
        response.writeHead(400, { 'dpop-nonce': 'n-1', 'content-type': 'application/json' });
        response.end('{"error":"use_dpop_nonce"}');
      }, 1100);
    }, GOOD);
    const answer = await new TokenEndpoint(egress).sendRefresh(binding(), grant, { beginWithinMs: 1000 });
    expect([answer.status, server.requests.length]).toEqual([400, 1]);
    const fault = await failureOf<TokenFault>(endpoint.readAnswer(binding(), answer, {}));
    expect(fault).toMatchObject({ owner: 'provider', permanent: false, oauthError: 'use_dpop_nonce' });
  });

  it('say what is to be done where the provider refuses one', async () => {
    const answer = answerOf({ error: 'invalid_dpop_proof' }, { status: 400 });
    const fault = await failureOf<TokenFault>(endpoint.readAnswer(binding(), answer, {}));
    expect(fault).toMatchObject({ owner: 'configuration', hint: expect.stringContaining('dpop.algorithm') });
  });

  it('are not there where the manifest has no dpop', async () => {
    server.answers(GOOD);
    await endpoint.sendRefresh(targetAt(server.url), grant);
    expect(server.onlyRequest.headers).not.toHaveProperty('dpop');
    expect(await endpoint.drawDpopKey(targetAt(server.url))).toBeNull();
  });

  it('stay out of traces and dry runs, and so do nonces', async () => {
    server.answers(challenge('nonce-canary'), { ...GOOD, headers: { 'dpop-nonce': 'nonce-canary' } });
    const { trace } = await new TokenEndpoint(egress).sendRefresh(binding(), grant);
    const steps = await rehearse(binding(), []);
    expect(JSON.stringify([trace, steps])).not.toMatch(/eyJ|canary/);
    expect(trace[0]!.requestHeaders).toHaveProperty('dpop', '***');
    const refresh = steps.find(({ step }) => step === 'refresh');
    expect(refresh!.request!.headers).toHaveProperty('dpop', '***');
    expect(steps.find(({ step }) => step === 'authorize')!.request!.url).toMatch(/dpop_jkt=(\*|%2A){3}/);
  });
});

describe('Whether a token is bound', () => {
  const read = (type: string, target: OAuthTarget) =>
    endpoint.readAnswer(target, answerOf({ ...GOOD.body, token_type: type }), {});

  it('D110 decides whether it is used: no other one where a key was proved', async () => {
    expect(await read('dpop', binding())).toMatchObject({ tokenType: 'DPoP', dpopKey: drawn.privateKey });
    for (const type of ['Bearer', 'bearer'])
      expect(await failureOf<TokenFault>(read(type, binding()))).toMatchObject({ code: 'token_not_bound' });
    expect(await failureOf<TokenFault>(read('mac', binding()))).toMatchObject({ code: 'token_type_unknown' });
  });

  it('D110 is left to the server where the manifest says so', async () => {
    const either = binding({ dpop: { required: false } });
    expect((await read('Bearer', either)).tokenType).toBe('Bearer');
    expect((await read('DPoP', either)).tokenType).toBe('DPoP');
  });

  it('D110 can’t be where no key was proved: such a token would be of use to nobody', async () => {
    const keyless = { ...binding(), dpopKey: null };
    expect(await failureOf<TokenFault>(read('DPoP', keyless))).toMatchObject({ code: 'token_type_unknown' });
  });
});

describe('The thumbprint of the key', () => {
  it('D114 goes with the authorization request', async () => {
    const { privateKey, publicKey } = (await endpoint.drawDpopKey(binding()))!;
    expect(privateKey.reveal()).toContain('"d"');
    const url = endpoint.authorizationUrl(binding(), { ...question, dpopThumbprint: publicKey.kid });
    expect(url.searchParams.get('dpop_jkt')).toBe(publicKey.kid);
  });

  it('D114 is pushed with the rest, and not carried by the browser then', async () => {
    server.answers({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } });
    const target = binding({ pushedAuthorization: { url: `${server.url}/par` } });
    const url = await endpoint.departureUrl(target, { ...question, dpopThumbprint: 'thumb-1' });
    expect(new URLSearchParams(server.onlyRequest.body).get('dpop_jkt')).toBe('thumb-1');
    expect(url.searchParams.has('dpop_jkt')).toBe(false);
  });
});

describe('Calls with a bound token', () => {
  const tested = () => binding({ test: { request: { url: `${api.url}/me?a=1` } }, use: { baseUrls: [api.url] } });
  const token = { accessToken: new Secret('at-1'), tokenType: 'DPoP' };

  it('D112 have the scheme DPoP, and D107 a proof that names the token', async () => {
    api.answers({ status: 200 });
    expect((await endpoint.test(tested(), token)).ok).toBe(true);
    expect(api.onlyRequest.headers.authorization).toBe('DPoP at-1');
    const ath = createHash('sha256').update('at-1').digest('base64url');
    expect(await proofIn(api.onlyRequest)).toMatchObject({ htm: 'GET', htu: `${api.url}/me`, ath });
  });

  it('D109 know the API’s nonce from the authorization server’s, even where both are one server', async () => {
    const fresh = new TokenEndpoint(egress);
    const target = binding({ test: { request: { url: `${server.url}/me` } }, use: { baseUrls: [server.url] } });
    server.answers(challenge('as-1'), GOOD, apiChallenge('api-1'), { status: 200 }, GOOD, { status: 200 });
    await fresh.sendRefresh(target, grant);
    await fresh.test(target, token);
    await fresh.sendRefresh(target, grant);
    await fresh.test(target, token);
    expect(await nonces(server.requests)).toEqual([undefined, 'as-1', undefined, 'api-1', 'as-1', 'api-1']);
  });

  it('are made as ever with a token that is bound to nothing', async () => {
    api.answers({ status: 200 });
    await endpoint.test(tested(), { ...token, tokenType: 'Bearer' });
    expect(api.onlyRequest.headers).toMatchObject({ authorization: 'Bearer at-1' });
    expect(api.onlyRequest.headers).not.toHaveProperty('dpop');
  });

  it('are not made without the key', async () => {
    api.answers({ status: 200 });
    expect(await endpoint.test({ ...tested(), dpopKey: null }, token)).toMatchObject({ ok: false, status: null });
    expect(api.requests).toHaveLength(0);
  });
});
