import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bringsCode, Catalogue, provesBySecret } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { jwtVerify } from 'jose';
import { nextPoll } from '../../apps/credentials/src/authorization/device-patience.js';
import type { OAuthTarget } from '../../apps/credentials/src/token-endpoint/oauth-target.js';
import type { RawAnswer } from '../../apps/credentials/src/token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../../apps/credentials/src/token-endpoint/token-endpoint.js';
import type { TokenFault } from '../../apps/credentials/src/token-endpoint/token-fault.js';
import type { TokenGrant } from '../../apps/credentials/src/token-endpoint/token-grant.js';
import { failureOf } from '../support/failure.js';
import { type ReceivedRequest, type ScriptedAnswer, ScriptedServer } from '../support/scripted-server.js';
import { CONSENTS } from './catalogue/consents.js';
import {
  ASSERTION,
  CLIENT,
  CODE,
  DEVICE_CODE,
  type DocumentedAnswer,
  type DocumentedRequest,
  type Fixture,
  HELD,
  redirectUri,
  type Understood,
  VERIFIER,
} from './catalogue/fixture.js';
import { FIXTURES } from './catalogue/fixtures.js';
import { LoopbackEgress } from './catalogue/loopback-egress.js';

/** Moments in the documented answers are relative to this one. */
const RECEIVED_AT = '2026-01-01T00:00:00.000Z';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ASSERTION_KEY = new Secret(RSA.export({ type: 'pkcs8', format: 'pem' }) as string);
const CLIENT_KEY = new Secret(JSON.stringify({ ...RSA.export({ format: 'jwk' }), alg: 'RS256', kid: 'key-1' }));
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/;

const catalogue = new Catalogue();
let server: ScriptedServer;
let egress: LoopbackEgress;
let endpoint: TokenEndpoint;

beforeAll(async () => {
  server = await ScriptedServer.start();
  egress = new LoopbackEgress(server.url);
  endpoint = new TokenEndpoint(egress);
});
afterAll(async () => {
  await egress.close();
  await server.close();
});

function targetOf({ slug, params = {} }: Fixture): OAuthTarget {
  const { manifest } = catalogue.find(slug)!;
  const clientSecret = provesBySecret(manifest) ? new Secret(CLIENT.secret) : null;
  const keys = { assertionKey: ASSERTION_KEY, clientKey: CLIENT_KEY };
  return { slug, manifest, clientId: CLIENT.id, clientSecret, ...keys, redirectUri: redirectUri(slug), params };
}

const sent = ({ status = 200, body }: DocumentedAnswer): ScriptedAnswer => ({
  status,
  body: Array.isArray(body) ? JSON.stringify(body) : body,
});

const rawOf = ({ status = 200, body }: DocumentedAnswer): RawAnswer => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: RECEIVED_AT,
  trace: [],
});

const held = (captured: Record<string, string> = {}) => ({
  accessToken: new Secret(HELD.accessToken),
  refreshToken: new Secret(HELD.refreshToken),
  captured,
});

function expectAsDocumented(request: ReceivedRequest, documented: DocumentedRequest): void {
  const { method, headers } = request;
  const url = request.url.replace(/^\//, 'https://');
  expect({
    method,
    url,
    authorization: headers.authorization?.replace(JWT, ASSERTION),
    body: parametersOf(request),
  }).toEqual({
    method: documented.method,
    url: documented.url,
    authorization: documented.authorization,
    body: documented.body,
  });
  expect(headers).toMatchObject(documented.headers ?? {});
}

function parametersOf({ headers, body }: ReceivedRequest): Record<string, unknown> | undefined {
  if (body === '') return undefined;
  const isJson = headers['content-type'] === 'application/json';
  if (isJson) return JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, value.replace(JWT, ASSERTION)]),
  );
}

/** By whoever holds our public key, and with nothing that isn't documented: times and id are looked at by the tests of the grants. */
async function expectAssertion({ headers, body }: ReceivedRequest, documented: Record<string, unknown>): Promise<void> {
  const [jwt] = JWT.exec(`${headers.authorization} ${body}`)!;
  const { payload } = await jwtVerify(jwt, createPublicKey(RSA));
  const { iat: _iat, exp, jti: _jti, ...claims } = payload;
  expect(claims).toEqual(documented);
  expect(exp).toBeGreaterThan(Date.now() / 1000);
}

function expectUnderstood(
  grant: TokenGrant,
  { accessToken, refreshToken, captured, namedTokens, ...rest }: Understood,
): void {
  expect(grant.accessToken.reveal()).toBe(accessToken);
  if (refreshToken !== undefined) expect(grant.refreshToken?.reveal() ?? null).toBe(refreshToken);
  expect(grant).toMatchObject({ ...rest, ...(captured && { captured }) });
  const named = Object.entries(grant.namedTokens).map(([name, token]) => [name, token.accessToken.reveal()]);
  if (namedTokens) expect(Object.fromEntries(named)).toEqual(namedTokens);
}

it('The catalogue has documented answers for at least 40 of its entries, each of which exists', () => {
  expect(FIXTURES.length).toBeGreaterThanOrEqual(40);
  expect(FIXTURES.map(({ slug }) => slug).filter((slug) => !catalogue.find(slug))).toEqual([]);
});

it('The catalogue has the documented authorization requests of at least 40 of its entries', () => {
  const consented = FIXTURES.map(({ slug }) => slug).filter((slug) => catalogue.find(slug)!.manifest.authorize.url);
  expect(Object.keys(CONSENTS)).toEqual(consented);
  expect(consented.length).toBeGreaterThanOrEqual(40);
});

describe.each(FIXTURES.map((fixture) => [fixture.slug, fixture] as const))('As %s documents it', (_slug, fixture) => {
  const target = targetOf(fixture);

  const { exchange, issue, device } = fixture;
  const consent = CONSENTS[fixture.slug];

  if (consent) {
    it('consent is asked for', () => {
      const { scopes, pkce } = target.manifest.authorize;
      const codeChallenge = pkce === 'off' ? null : 'challenge-0001';
      const url = endpoint.authorizationUrl(target, { state: 'state-0001', scopes, codeChallenge });
      const standard = { response_type: 'code', client_id: CLIENT.id, redirect_uri: target.redirectUri };
      const asked = { ...standard, state: 'state-0001', ...consent.parameters };
      expect(url.origin + url.pathname).toBe(consent.url);
      for (const [name, value] of Object.entries(asked))
        expect([
          name,
          url.searchParams.get(name === 'state' ? target.manifest.authorize.stateParameter : name),
        ]).toEqual([name, value]);
    });

    it('consent is given, and refused', async () => {
      const { stateParameter, codeParameter } = target.manifest.authorize;
      // Whether an answer proves itself is looked at where the proof is made.
      const manifest = { ...target.manifest, authorize: { ...target.manifest.authorize, proof: undefined } };
      const read = (parameters: Record<string, string>) => {
        const visit = new URLSearchParams({ ...parameters, [stateParameter]: 'state-0001' });
        const open = { ...target, manifest };
        return bringsCode(manifest) ? endpoint.readCallback(open, visit) : endpoint.readConsent(open, visit);
      };
      const code = bringsCode(manifest) ? { [codeParameter]: CODE } : {};
      const { [codeParameter]: _code, ...others } = fixture.callback ?? {};
      expect(read({ ...others, ...code }).parameters).toMatchObject(others);
      const { refused = { error: 'access_denied' } } = consent;
      const fault = await failureOf<TokenFault>(Promise.resolve(refused).then(read));
      expect([fault.owner, fault.oauthError]).toEqual(['grant', 'access_denied']);
    });
  }

  if (exchange) {
    it('a code is exchanged', async () => {
      const { request, answers, understood, followUps = [] } = exchange;
      server.answers(...answers.map(sent));
      const pkce = target.manifest.authorize.pkce === 'off' ? null : new Secret(VERIFIER);
      const callback = { code: new Secret(CODE), parameters: fixture.callback ?? {} };
      await endpoint.sendExchange(target, { callback, codeVerifier: pkce });
      const first = await endpoint.readAnswer(target, rawOf(answers[0]!), { callback });
      const { grant } = await endpoint.followUp(target, first, 'exchange');
      expect(server.requests).toHaveLength(1 + followUps.length);
      for (const [index, one] of [request, ...followUps].entries()) expectAsDocumented(server.requests[index]!, one);
      expectUnderstood(grant, understood);
    });
  }

  if (issue) {
    it('a token is given to the client itself', async () => {
      const { request, assertion, answer, understood, followUps = [] } = issue;
      server.answers(sent(answer), ...followUps.map((one) => sent(one.answer)));
      const { scopes = [], captured = {} } = fixture;
      await endpoint.sendIssue(target, { scopes, captured });
      const first = await endpoint.readAnswer(target, rawOf(answer), { requestedScopes: scopes });
      const { grant } = await endpoint.followUp(target, first, 'exchange');
      const documented = [request, ...followUps.map((one) => one.request)];
      expect(server.requests).toHaveLength(documented.length);
      for (const [index, one] of documented.entries()) expectAsDocumented(server.requests[index]!, one);
      if (assertion) await expectAssertion(server.requests[0]!, assertion);
      expectUnderstood(grant, understood);
    });
  }

  if (device) {
    it('a device shows its code, waits, and is given its token', async () => {
      const { scopes = [] } = fixture;
      const { request, answer, shown, poll, waiting, token, understood } = device;
      server.answers(sent(answer), sent(token));
      const { deviceCode, ...seen } = await endpoint.readDevice(target, await endpoint.sendDevice(target, scopes));
      expect(deviceCode.reveal()).toBe(DEVICE_CODE);
      expect(seen).toMatchObject(shown);
      await endpoint.sendPoll(target, deviceCode, scopes);
      for (const [index, one] of [request, poll].entries()) expectAsDocumented(server.requests[index]!, one);
      for (const one of waiting) {
        const fault = await failureOf<TokenFault>(endpoint.readAnswer(target, rawOf(one), {}));
        expect(nextPoll({ intervalSeconds: 5, failures: 0 }, fault)).toHaveProperty('wait.failures', 0);
      }
      expectUnderstood(await endpoint.readAnswer(target, rawOf(token), { requestedScopes: scopes }), understood);
    });

    it.each(Object.entries(device.ends))('a device hears of its end: %s', async (meaning, answer) => {
      const fault = await failureOf<TokenFault>(endpoint.readAnswer(target, rawOf(answer), {}));
      expect([fault.oauthError, fault.permanent]).toEqual([meaning, true]);
    });
  }

  const { refresh, refusal, revoke } = fixture;

  if (refresh) {
    it('a token is refreshed', async () => {
      const { request, answer, understood } = refresh;
      server.answers(sent(answer));
      await endpoint.sendRefresh(target, held(fixture.captured));
      expectAsDocumented(server.onlyRequest, request);
      const byToken = target.manifest.refresh!.by === 'refresh_token';
      const previous = { ...held(fixture.captured), tokenType: 'Bearer', scope: null, namedTokens: {} };
      const context = { previous: byToken ? previous : { ...previous, refreshToken: null } };
      expectUnderstood(await endpoint.readAnswer(target, rawOf(answer), context), understood);
    });
  }

  it('a refusal is understood', async () => {
    const { answer, owner } = refusal;
    const fault = await failureOf<TokenFault>(endpoint.readAnswer(target, rawOf(answer), {}));
    expect([fault.owner, fault.permanent]).toEqual([owner, owner !== 'provider']);
  });

  if (revoke) {
    it('what it gave is revoked', async () => {
      server.answers(sent(revoke.answer));
      expect(await endpoint.revoke(target, held(fixture.captured))).toMatchObject({ outcome: 'revoked' });
      expect(server.requests).toHaveLength(revoke.requests.length);
      for (const [index, one] of revoke.requests.entries()) expectAsDocumented(server.requests[index]!, one);
    });
  }
});
