import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@lockkeeper/local-stack';
import { drawSigningKey } from '@lockkeeper/sealing';
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from 'jose';
import type { ProblemBody } from '../support/api-client.js';
import { CallDesk } from '../support/call-desk.js';
import { tokenOf } from '../support/credentials-stand-in.js';

describe.each([
  ['that nothing is remembered of', { known: false }],
  ['whose token was read before', { known: true }],
])('calls on behalf of a connection %s', (_, options) => {
  let desk: CallDesk;
  beforeAll(async () => {
    desk = await CallDesk.start(options);
  });
  beforeEach(() => desk.reset());
  afterAll(() => desk?.stop());

  describe('through the proxy', () => {
    it('P3 pass method, path, query, headers and body on, with the token, and the answer back', async () => {
      const { door, accessToken } = await desk.held();
      desk.api.answers({ status: 207, headers: { 'x-told': 'yes', 'content-type': 'text/x-odd' }, body: 'grüße' });
      const answer = await desk.pass(door, 'notes/a%2Fb?x=%20y&x=z', {
        method: 'PATCH',
        headers: { 'content-type': 'application/x-odd', 'x-mine': '1' },
        body: 'ü{{ not a template }}<Param>',
      });
      expect(desk.api.onlyRequest).toMatchObject({
        method: 'PATCH',
        url: '/v1/notes/a%2Fb?x=%20y&x=z',
        body: 'ü{{ not a template }}<Param>',
      });
      expect(desk.api.onlyRequest.headers).toMatchObject({
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/x-odd',
        'x-mine': '1',
        host: new URL(desk.api.url).host,
      });
      expect([answer.status, await answer.text()]).toEqual([207, 'grüße']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'x-told': 'yes',
        'content-type': 'text/x-odd',
        'lockkeeper-attempts': '1',
        'lockkeeper-token-version': '1',
      });
    });

    it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('P3 pass %s', async (method) => {
      const { door } = await desk.held();
      const answer = await desk.pass(door, 'me', { method });
      expect([answer.status, desk.api.onlyRequest.method]).toEqual([200, method]);
      expect(await answer.text()).toBe(method === 'HEAD' ? '' : '{"ok":true}');
    });

    it('put the credential where the manifest says, and nothing of the caller’s in its place', async () => {
      const { door, accessToken } = await desk.held({ header: 'X-Api-Key', scheme: '' });
      await desk.pass(door, 'me', { headers: { 'x-api-key': 'the caller’s'.replace('’', '') } });
      expect(desk.api.onlyRequest.headers['x-api-key']).toBe(accessToken);
      expect(desk.api.onlyRequest.headers.authorization).toBeUndefined();
    });

    it('D021 put it into the query only where the manifest demands that, and then in no trace', async () => {
      const called = await desk.held({ query: 'key', headers: { 'Api-Version': '7' } });
      await desk.pass(called.door, 'me?key=of-the-caller&page=2', { headers: { 'api-version': '1' } });
      const { url, headers } = desk.api.onlyRequest;
      const query = new URL(url!, 'http://api.example').searchParams;
      expect([query.getAll('key'), query.get('page')]).toEqual([[called.accessToken], '2']);
      expect([headers.authorization, headers['api-version']]).toEqual([undefined, '7']);
      expect(JSON.stringify(await desk.callsOf(called))).not.toContain(called.accessToken);
    });

    it('drop the caller’s key, cookies, forwarding and our own headers', async () => {
      const { door } = await desk.held();
      await desk.pass(door, 'me', {
        headers: { cookie: 'a=b', 'x-forwarded-for': '10.1.2.3', forwarded: 'for=x', 'lockkeeper-attempts': '9' },
      });
      expect(Object.keys(desk.api.onlyRequest.headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(cookie|x-forwarded-for|forwarded|lockkeeper-.*)$/)]),
      );
      expect(JSON.stringify(desk.api.onlyRequest.headers)).not.toContain(desk.key);
    });

    it('leave compression alone, and give no cookies of another server to the caller', async () => {
      const { door } = await desk.held();
      desk.api.answers((response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'set-cookie': 'a=b', 'lockkeeper-attempts': '7' });
        response.end(Buffer.from('1f8b0800000000000003cbcf07004721dd7902000000', 'hex'));
      });
      const answer = await desk.pass(door, 'me', { headers: { 'accept-encoding': 'gzip' } });
      expect(desk.api.onlyRequest.headers['accept-encoding']).toBe('gzip');
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-encoding': 'gzip',
        'lockkeeper-attempts': '1',
      });
      expect(answer.headers.get('set-cookie')).toBeNull();
    });

    it('hand redirects back, and follow none', async () => {
      const { door } = await desk.held();
      desk.api.answers({ status: 302, headers: { location: `${desk.elsewhere.url}/out` } });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, answer.headers.get('location')]).toEqual([302, `${desk.elsewhere.url}/out`]);
      expect(desk.elsewhere.requests).toHaveLength(0);
    });

    it('D021 take an access_token out of the query', async () => {
      const { door } = await desk.held();
      await desk.pass(door, 'me?a=1&access_token=mine&b=%2f');
      expect(desk.api.onlyRequest.url).toBe('/v1/me?a=1&b=%2f');
    });

    it('D112 never pass a token off as a bearer token that is bound to a key', async () => {
      const token = { ...tokenOf(), tokenType: 'DPoP' };
      const { door } = await desk.held({}, { token });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, ((await answer.json()) as ProblemBody).code]).toEqual([409, 'token_unusable']);
      expect(desk.api.requests).toHaveLength(0);
    });

    it('D107 D112 prove the key of a bound token with each call, and never a proof of the caller’s', async () => {
      const { privateKey, publicKey } = await drawSigningKey('ES256');
      const token = { ...tokenOf(), tokenType: 'DPoP', dpopKey: privateKey.reveal() };
      const { door } = await desk.held({ headers: { 'Api-Version': '7' } }, { token });
      await desk.pass(door, 'notes/1?a=b', { method: 'PATCH', body: 'x', headers: { dpop: 'mine' } });
      const { headers } = desk.api.onlyRequest;
      expect(headers).toMatchObject({ authorization: `DPoP ${token.accessToken}`, 'api-version': '7' });
      const { payload, protectedHeader } = await jwtVerify(headers['dpop'] as string, EmbeddedJWK, { typ: 'dpop+jwt' });
      expect(await calculateJwkThumbprint(protectedHeader.jwk!)).toBe(publicKey.kid);
      const ath = createHash('sha256').update(token.accessToken).digest('base64url');
      expect(payload).toMatchObject({ htm: 'PATCH', htu: `${desk.api.url}/v1/notes/1`, ath });
    });

    it('D109 call once more with the API’s nonce, and begin with it the next time', async () => {
      const { privateKey } = await drawSigningKey('ES256');
      const { door } = await desk.held(
        {},
        { token: { ...tokenOf(), tokenType: 'DPoP', dpopKey: privateKey.reveal() } },
      );
      const challenge = { 'dpop-nonce': 'n-1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' };
      desk.api.answers({ status: 401, headers: challenge }, { status: 200 });
      const answer = await desk.pass(door, 'notes', { method: 'POST', body: 'once' });
      expect([answer.status, answer.headers.get('lockkeeper-attempts')]).toEqual([200, '2']);
      await desk.pass(door, 'me');
      const proofs = desk.api.requests.map(({ headers }) => decodeJwt(headers['dpop'] as string));
      expect(proofs.map(({ nonce }) => nonce)).toEqual([undefined, 'n-1', 'n-1']);
      expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(3);
      expect(desk.api.requests.map(({ body }) => body)).toEqual(['once', 'once', '']);
    });

    it('D109 ask an API for its nonce once for each call, and spend no refresh for that', async () => {
      const { privateKey } = await drawSigningKey('ES256');
      const { door } = await desk.held(
        {},
        { token: { ...tokenOf(), tokenType: 'DPoP', dpopKey: privateKey.reveal() } },
      );
      const challenge = { 'dpop-nonce': 'n-2', 'www-authenticate': 'DPoP error="use_dpop_nonce"' };
      desk.api.answers({ status: 401, headers: challenge });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, desk.api.requests.length]).toEqual([401, 2]);
      expect(answer.headers.get('dpop-nonce')).toBeNull();
    });

    it('D113 refuse to hand a bound token out: it is of use through the proxy alone', async () => {
      const { privateKey } = await drawSigningKey('ES256');
      const token = { ...tokenOf(), tokenType: 'DPoP', dpopKey: privateKey.reveal() };
      const { user } = await desk.held({}, { token });
      for (let round = 0; round < 2; round += 1) {
        const { status, body, text } = await desk.consumer.get<ProblemBody>(
          `/v1/tokens/sandbox/${encodeURIComponent(user)}`,
        );
        expect([status, body.code]).toEqual([409, 'token_bound']);
        expect(body.hint).toContain('/v1/proxy/');
        expect(text).not.toContain(token.accessToken);
      }
    });

    it('take any user, with slashes, spaces and letters of any kind', async () => {
      const { door } = await desk.held({}, { user: `ada / ünï?#%2F ${randomUUID()}` });
      expect((await desk.pass(door, 'me')).status).toBe(200);
      expect(desk.api.onlyRequest.url).toBe('/v1/me');
    });

    it('tell apart what the API answered and what it could not be asked', async () => {
      const { door } = await desk.held({ baseUrls: [`http://127.0.0.1:${await freePort()}/`] });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, answer.headers.get('lockkeeper-attempts')]).toEqual([502, null]);
      expect(((await answer.json()) as ProblemBody).code).toBe('egress_unreachable');
    });
  });

  describe('never leave the base URLs', () => {
    const OUTSIDE = [
      '../admin',
      '..%2fadmin',
      '%2e%2e/admin',
      '%2e%2e%2fadmin',
      '%252e%252e%252fadmin',
      'a/..%5cadmin',
      '..;/admin',
      'a%00b',
      'a%0d%0aX-Injected:%201',
      '%c0%ae%c0%ae/admin',
    ];

    it.each(OUTSIDE)('D048 /v1/proxy/…/%s', async (path) => {
      const { door } = await desk.held();
      const status = await desk.statusOf(door, path);
      // What isn't UTF-8 is turned away before any door.
      expect(status).toBe(path.includes('%c0') ? 400 : 403);
      expect([desk.api.requests, desk.elsewhere.requests]).toEqual([[], []]);
    });

    it.each(['//evil.example/x', '@evil.example/', 'http://evil.example/', ':80@evil.example'])(
      'D048 /v1/proxy/…/%s stays a path',
      async (path) => {
        const { door } = await desk.held();
        expect(await desk.statusOf(door, path)).toBe(200);
        expect(desk.api.onlyRequest.url).toBe(`/v1/${path.replace(/^\//, '')}`);
        expect(desk.elsewhere.requests).toEqual([]);
      },
    );

    it('D048 POST /v1/requests', async () => {
      const connection = await desk.held();
      const host = new URL(desk.api.url).host;
      const urls = [
        ...OUTSIDE,
        ...OUTSIDE.map((path) => `${desk.api.url}/v1/${path}`),
        `${desk.elsewhere.url}/v1/me`,
        `${desk.api.url}/v10/me`,
        `${desk.api.url}/`,
        `//${host}/v1/me`,
        `http://user@${host}/v1/me`,
        `${desk.api.url}@${new URL(desk.elsewhere.url).host}/v1/me`,
        `https://${host}/v1/me`,
        `file:///etc/passwd`,
        `javascript:1`,
        `http:\\\\${host}\\v1\\me`,
        ` ${desk.api.url}/v1/me`,
        `${desk.api.url}/v1/\t../me`,
      ];
      for (const url of urls) {
        const { status, body } = await desk.request(connection, { url });
        expect([url, status, body.code]).toEqual([url, 403, 'url_refused']);
      }
      expect([desk.api.requests, desk.elsewhere.requests]).toEqual([[], []]);
    });

    it('D048 not even by a header', async () => {
      const connection = await desk.held();
      const { door } = connection;
      const other = { 'lockkeeper-base-url': desk.elsewhere.url };
      expect((await desk.pass(door, 'me', { headers: other })).status).toBe(403);
      for (const headers of [{ 'x-a': 'b\r\nHost: evil' }, { 'x-a\r\nHost': 'evil' }, { '': 'x' }]) {
        const { status, body } = await desk.request(connection, { url: '/me', headers });
        expect([status, body.code]).toEqual([400, 'input_invalid']);
      }
      await desk.request(connection, { url: '/me', headers: { Host: 'evil.example', Authorization: 'Bearer mine' } });
      expect(desk.api.onlyRequest.headers).toMatchObject({
        host: new URL(desk.api.url).host,
        authorization: `Bearer ${connection.accessToken}`,
      });
    });

    it('where there are none, nothing is called', async () => {
      const { door } = await desk.held({ baseUrls: [] });
      const answer = await desk.pass(door, 'me');
      expect(await answer.json()).toMatchObject({ status: 403, code: 'url_refused', reason: 'no_base_urls' });
    });

    it('and reach each of several', async () => {
      const { door } = await desk.held({ baseUrls: [`${desk.api.url}/v1`, `${desk.elsewhere.url}/files/`] });
      const answer = await desk.pass(door, 'a', { headers: { 'lockkeeper-base-url': `${desk.elsewhere.url}/files` } });
      expect([answer.status, desk.elsewhere.onlyRequest.url]).toEqual([200, '/files/a']);
    });
  });

  describe('are for those who may', () => {
    it('only consumers that are entitled, and none is told what else exists', async () => {
      const { door, user } = await desk.held();
      const stranger = await desk.workspace.consumer({ apiService: 'sandbox', user: 'somebody else' });
      const tried = await stranger.get(door.replace(desk.workspace.url, '') + '/me');
      expect([tried.status, tried.body['code']]).toEqual([403, 'not_entitled']);
      const asked = await stranger.post('/v1/requests', { apiService: 'sandbox', user, url: '/me' });
      expect([asked.status, asked.body['code']]).toEqual([403, 'not_entitled']);
      expect((await desk.workspace.admin.get(door.replace(desk.workspace.url, '') + '/me')).status).toBe(403);
      expect((await desk.workspace.admin.with(null).get(door.replace(desk.workspace.url, '') + '/me')).status).toBe(
        401,
      );
      expect(desk.api.requests).toHaveLength(0);
    });

    it('leave a trace for people who debug, without a secret', async () => {
      const connection = await desk.held();
      desk.api.answers({ status: 200, headers: { 'x-secret': 'canary-answer', etag: '"e"' }, body: 'canary-body' });
      const headers = { 'x-password': 'canary-header', accept: 'text/x' };
      await (
        await desk.pass(connection.door, 'notes?q=canary-query', { method: 'POST', body: 'canary-sent', headers })
      ).text();
      const [call] = await desk.callsOf(connection);
      expect(call).toMatchObject({
        method: 'POST',
        url: `${desk.api.url}/v1/notes?q=***`,
        status: 200,
        problem: null,
        complete: true,
        requestHeaders: { 'x-password': '***', accept: 'text/x', authorization: '***' },
        answerHeaders: { 'x-secret': '***', etag: '"e"' },
        attempts: [{ tokenVersion: 1, status: 200, problem: null }],
      });
      expect(JSON.stringify(call)).not.toMatch(/canary/);
      expect(desk.workspace.logs).not.toContain(connection.accessToken);
    });

    it('leave traces of the last fifty only', async () => {
      const connection = await desk.held();
      for (let call = 1; call <= 55; call += 1) await (await desk.pass(connection.door, `n/${call}`)).text();
      const calls = await desk.callsOf(connection);
      expect([calls.length, calls[0]!.url]).toEqual([50, `${desk.api.url}/v1/n/55`]);
    });
  });
});
