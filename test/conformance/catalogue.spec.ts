import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bringsCode,
  Catalogue,
  isGeneric,
  isUserless,
  type Manifest,
  provesBySecret,
  sensitiveFields,
} from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { filledInGrant, publishedCredential } from '../../apps/credentials/src/token-endpoint/credential.js';
import type { OAuthTarget } from '../../apps/credentials/src/token-endpoint/oauth-target.js';
import { callbackStandIns, capturedStandIns } from '../../apps/credentials/src/token-endpoint/rehearsal.js';
import { TokenEndpoint } from '../../apps/credentials/src/token-endpoint/token-endpoint.js';
import type { TokenFault } from '../../apps/credentials/src/token-endpoint/token-fault.js';
import { failureOf } from '../support/failure.js';
import { type ReceivedRequest, ScriptedServer } from '../support/scripted-server.js';
import { deviceAnswer, goodAnswer, RECEIVED, refusal, tokenAnswer } from './catalogue/expected-answers.js';
import { LoopbackEgress } from './catalogue/loopback-egress.js';

const CLIENT = { id: 'client-id-0001', secret: 'client-secret-0001' };
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ASSERTION_KEY = new Secret(RSA.export({ type: 'pkcs8', format: 'pem' }) as string);
const CLIENT_KEY = new Secret(JSON.stringify({ ...RSA.export({ format: 'jwk' }), alg: 'RS256', kid: 'key-1' }));
const CODE = 'code-0001';
const HELD = { accessToken: 'at-held-0001', refreshToken: 'rt-held-0001' };

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

function targetOf(slug: string, manifest: Manifest): OAuthTarget {
  const examples = Object.entries(manifest.fields).map(([key, field]) => [
    key,
    field.example ?? field.default ?? field.options?.[0] ?? '',
  ]);
  return {
    slug,
    manifest,
    clientId: CLIENT.id,
    clientSecret: provesBySecret(manifest) ? new Secret(CLIENT.secret) : null,
    clientKey: CLIENT_KEY,
    assertionKey: ASSERTION_KEY,
    redirectUri: `https://lockkeeper.example/callback/${slug}`,
    params: Object.fromEntries(examples),
  };
}

/** A request as text in which everything that was sent can be found, in the form in which a provider would see it. */
function seen({ method, url, headers, body }: ReceivedRequest): string {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  const credentials = basic ? Buffer.from(basic, 'base64').toString('utf8') : headers.authorization;
  return [method, decodeURIComponent(url), credentials, decodeURIComponent(body.replaceAll('+', ' '))].join('\n');
}

const count = (text: string, part: string): number => text.split(part).length - 1;

/** RFC 6749 section 2.3: the client proves itself once, in one place, and nowhere in the URL without the quirk. */
function expectOneProof(manifest: Manifest, request: ReceivedRequest): void {
  expect(count(seen(request), CLIENT.secret)).toBe(1);
  const inUrl = manifest.quirks.some(({ quirk }) => quirk === 'secretInUrl');
  if (!inUrl) expect(request.url).not.toContain(CLIENT.secret);
}

const all = new Catalogue().list().map(({ slug, manifest }) => [slug, manifest] as const);
const entries = all.filter(([, manifest]) => !isGeneric(manifest));
const filledIn = all.filter(([, manifest]) => isGeneric(manifest));

describe.each(entries)('The catalogue’s %s', (slug, manifest) => {
  const target = targetOf(slug, manifest);
  const captured = capturedStandIns(manifest);
  const tokens = { status: manifest.answer.statuses?.[0] ?? 200, body: tokenAnswer(manifest, captured) };
  const previous = {
    accessToken: new Secret(HELD.accessToken),
    refreshToken: new Secret(HELD.refreshToken),
    tokenType: 'Bearer',
    scope: null,
    namedTokens: {},
    captured,
  };

  if (manifest.authorize.url !== undefined)
    it('asks for consent at an https address, with state, redirect URI and client', () => {
      const scopes = manifest.authorize.scopes;
      const url = endpoint.authorizationUrl(target, { state: 'state-0001', scopes, codeChallenge: 'challenge-0001' });
      expect(url.protocol).toBe('https:');
      expect(url.searchParams.get(manifest.authorize.stateParameter)).toBe('state-0001');
      const said = [...url.searchParams.values()];
      const names = [CLIENT.id, target.params.application_id].filter((name) => name !== undefined);
      expect(names.some((name) => said.includes(name))).toBe(true);
      expect(said.some((value) => value === target.redirectUri || value === target.params.ru_name)).toBe(true);
      expect(url.href).not.toContain(CLIENT.secret);
    });

  if (bringsCode(manifest))
    it('exchanges a code for tokens, and finds what it captures', async () => {
      const followUps = manifest.followUps.map((one) => ({
        status: one.statuses[0]!,
        body: one.replacesTokens ? tokens.body : goodAnswer(one, one.captures, captured),
      }));
      server.answers(tokens, ...followUps, { status: 500 });
      const parameters = new URLSearchParams({
        ...callbackStandIns(manifest),
        [manifest.authorize.codeParameter]: CODE,
        [manifest.authorize.stateParameter]: 'state-0001',
      });
      const unproved = { ...target, manifest: { ...manifest, authorize: { ...manifest.authorize, proof: undefined } } };
      const callback = endpoint.readCallback(unproved, parameters);
      const answer = await endpoint.sendExchange(target, { callback, codeVerifier: new Secret('verifier-0001') });
      const first = await endpoint.readAnswer(target, answer, { callback });
      const { grant } = await endpoint.followUp(target, first, 'exchange');
      expect(count(seen(server.requests[0]!), CODE)).toBe(1);
      if (target.clientSecret) expectOneProof(manifest, server.requests[0]!);
      expect(grant.accessToken.reveal()).toBe(RECEIVED.accessToken);
      expect(Math.abs(grant.expiresInSeconds! - RECEIVED.seconds)).toBeLessThan(60);
      expect(grant.captured).toMatchObject(captured);
      expect(JSON.stringify(grant.captured)).not.toContain(RECEIVED.accessToken);
      expect(server.requests).toHaveLength(1 + manifest.followUps.length);
    });

  if (isUserless(manifest))
    it('asks for its token without a user, each time anew, and finds what it captures', async () => {
      const followUps = manifest.followUps.map((one) => ({ body: goodAnswer(one, one.captures, captured) }));
      server.answers(tokens, ...followUps, { status: 500 });
      const scopes = manifest.authorize.scopes;
      const answer = await endpoint.sendIssue(target, { scopes, captured });
      const first = await endpoint.readAnswer(target, answer, { requestedScopes: scopes });
      const { grant } = await endpoint.followUp(target, first, 'exchange');
      const asked = seen(server.requests[0]!);
      if (target.clientSecret) expectOneProof(manifest, server.requests[0]!);
      else expect(asked).toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
      for (const value of [target.params.tenant, target.params.installation].filter(Boolean))
        expect(asked).toContain(manifest.authorize.url === undefined ? value : captured.tenant);
      expect(grant).toMatchObject({ refreshToken: null });
      expect(grant.accessToken.reveal()).toBe(RECEIVED.accessToken);
      expect(server.requests).toHaveLength(1 + manifest.followUps.length);
    });

  if (manifest.device)
    it('shows the code of a device, and asks until it was entered', async () => {
      server.answers({ body: deviceAnswer(manifest) }, tokens);
      const scopes = manifest.authorize.scopes;
      const shown = await endpoint.readDevice(target, await endpoint.sendDevice(target, scopes));
      expect(shown).toMatchObject({ userCode: 'WDJB-MJHT', verificationUri: 'https://device.example/' });
      const answer = await endpoint.sendPoll(target, shown.deviceCode, scopes);
      for (const request of server.requests) expect(count(seen(request), CLIENT.id)).toBe(1);
      expect(count(seen(server.requests[1]!), RECEIVED.deviceCode)).toBe(1);
      if (target.clientSecret) expectOneProof(manifest, server.requests[1]!);
      const grant = await endpoint.readAnswer(target, answer, { requestedScopes: scopes });
      expect(grant.accessToken.reveal()).toBe(RECEIVED.accessToken);
      expect(grant.refreshToken?.reveal() ?? null).toBe(manifest.refresh ? RECEIVED.refreshToken : null);
    });

  if (!isUserless(manifest))
    it('refreshes, or says that it can’t', async () => {
      const held = { accessToken: previous.accessToken, refreshToken: previous.refreshToken, captured };
      server.answers(tokens);
      if (!manifest.refresh) {
        expect(await failureOf<TokenFault>(endpoint.sendRefresh(target, held))).toMatchObject({
          code: 'no_refresh_at_provider',
        });
        return;
      }
      const answer = await endpoint.sendRefresh(target, held);
      const with_ = manifest.refresh.by === 'access_token' ? HELD.accessToken : HELD.refreshToken;
      expect(count(seen(server.onlyRequest), with_)).toBe(1);
      expect(seen(server.onlyRequest)).not.toContain(CODE);
      const grant = await endpoint.readAnswer(target, answer, { previous });
      expect(grant.accessToken.reveal()).toBe(RECEIVED.accessToken);
    });

  it('revokes as it says, and takes nothing else for a confirmation', async () => {
    const { revoke } = manifest;
    const held = { accessToken: previous.accessToken, refreshToken: previous.refreshToken, captured };
    if (!revoke || !('request' in revoke)) {
      expect(await endpoint.revoke(target, held)).toMatchObject({ outcome: 'not_supported' });
      return;
    }
    server.answers({ status: revoke.statuses[0]!, body: goodAnswer(revoke, {}, {}) });
    expect(await endpoint.revoke(target, held)).toMatchObject({ outcome: 'revoked' });
    const first = revoke.tokens[0] === 'access_token' ? HELD.accessToken : HELD.refreshToken;
    // Some end the whole grant by naming its account.
    if (!seen(server.requests[0]!).includes(first))
      expect(seen(server.requests[0]!)).toContain(captured[manifest.subject ?? '']);
    server.answers({ status: 418 });
    expect(await endpoint.revoke(target, held)).toMatchObject({ outcome: 'unproved' });
  });

  it('tells a dead grant and a refused client from trouble that passes', async () => {
    for (const [code, meaning] of [
      ...Object.entries(manifest.answer.errors),
      ['invalid_grant', 'invalid_grant'] as const,
    ]) {
      const status = manifest.answer.errorStatuses[0]!;
      const failing = {
        status,
        headers: {},
        body: refusal(manifest, code),
        receivedAt: new Date().toISOString(),
        trace: [],
      };
      const fault = await failureOf<TokenFault>(endpoint.readAnswer(target, failing, { previous }));
      const owner = { invalid_grant: 'grant', invalid_client: 'client' }[meaning as string];
      if (owner) expect([code, fault.owner, fault.permanent]).toEqual([code, owner, true]);
    }
    const down = { status: 503, headers: {}, body: '<html>', receivedAt: new Date().toISOString(), trace: [] };
    expect(await failureOf<TokenFault>(endpoint.readAnswer(target, down, { previous }))).toMatchObject({
      permanent: false,
    });
  });

  it('lets its token travel to https addresses only', () => {
    expect(manifest.use.baseUrls.length).toBeGreaterThan(0);
    for (const base of manifest.use.baseUrls) expect(base).toMatch(/^(https:\/\/|\{\{)/);
  });

  it('tests a token where it says, and is not content with any answer', async () => {
    if (!manifest.test) return;
    server.answers({ body: goodAnswer(manifest.test, {}, {}) });
    expect(await endpoint.test(target, { accessToken: previous.accessToken, captured })).toMatchObject({ ok: true });
    expect(JSON.stringify([server.onlyRequest.url, server.onlyRequest.headers])).toContain(HELD.accessToken);
    server.answers({ status: 401 });
    expect(await endpoint.test(target, { accessToken: previous.accessToken, captured })).toMatchObject({ ok: false });
  });
});

describe.each(filledIn)('F1 The catalogue’s %s, whose users fill in a key', (slug, manifest) => {
  const secrets = Object.fromEntries(sensitiveFields(manifest).map((key) => [key, `SG.0123456789abcdef-${key}`]));
  const open = targetOf(slug, manifest);
  const target = { ...open, clientSecret: null, params: { ...open.params, ...secrets } };

  it('puts every secret where its API looks for it, and nowhere else', async () => {
    const { headers, query, body } = publishedCredential(target);
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
    const places = [...Object.values({ ...headers, ...query }), body, basic && Buffer.from(basic, 'base64').toString()];
    for (const secret of Object.values(secrets)) expect(JSON.stringify(places)).toContain(secret);
    for (const base of manifest.use.baseUrls) expect(base).toMatch(/^https:/);
  });

  it('is tried with what was filled in, and is not content with any answer', async () => {
    const { test } = manifest;
    server.answers({ body: goodAnswer(test!, {}, {}) });
    const result = await endpoint.test(target, filledInGrant(target));
    expect(result).toMatchObject({ ok: true });
    const { url, headers } = server.onlyRequest;
    const sent = JSON.stringify([
      url,
      headers,
      Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString(),
    ]);
    for (const secret of Object.values(secrets)) expect(sent).toContain(secret);
    for (const secret of Object.values(secrets)) expect(JSON.stringify(result)).not.toContain(secret);
    server.answers({ status: 401 });
    expect(await endpoint.test(target, filledInGrant(target))).toMatchObject({ ok: false });
  });
});
