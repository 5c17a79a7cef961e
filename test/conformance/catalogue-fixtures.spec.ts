import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Catalogue } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import type { OAuthTarget } from '../../apps/credentials/src/token-endpoint/oauth-target.js';
import type { RawAnswer } from '../../apps/credentials/src/token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../../apps/credentials/src/token-endpoint/token-endpoint.js';
import type { TokenFault } from '../../apps/credentials/src/token-endpoint/token-fault.js';
import type { TokenGrant } from '../../apps/credentials/src/token-endpoint/token-grant.js';
import { failureOf } from '../support/failure.js';
import { type ReceivedRequest, type ScriptedAnswer, ScriptedServer } from '../support/scripted-server.js';
import {
  CLIENT,
  CODE,
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
  const clientSecret = manifest.clientAuthentication === 'none' ? null : new Secret(CLIENT.secret);
  return { slug, manifest, clientId: CLIENT.id, clientSecret, redirectUri: redirectUri(slug), params };
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
  expect({ method, url, authorization: headers.authorization, body: parametersOf(request) }).toEqual({
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
  return isJson ? (JSON.parse(body) as Record<string, unknown>) : Object.fromEntries(new URLSearchParams(body));
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

describe.each(FIXTURES.map((fixture) => [fixture.slug, fixture] as const))('As %s documents it', (_slug, fixture) => {
  const target = targetOf(fixture);

  it('a code is exchanged', async () => {
    const { request, answers, understood, followUps = [] } = fixture.exchange;
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
