import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress } from '@lockkeeper/egress';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import type { Misbehaviour, ScriptedAnswer } from '../../../../test/support/scripted-server.js';
import { TokenEndpoint } from './token-endpoint.js';

let server: ScriptedServer;
let egress: Egress;

beforeAll(async () => {
  server = await ScriptedServer.start();
  egress = new Egress({ allowedNetworks: ['127.0.0.0/8'], timeoutMs: 400 });
});
afterAll(async () => {
  await egress.close();
  await server.close();
});

async function tried(answer: ScriptedAnswer | Misbehaviour, parts: TargetParts = {}) {
  server.answers(answer);
  const target = targetAt(server.url, { test: { request: { url: `${server.url}/me` } }, ...parts });
  return new TokenEndpoint(egress).test(target, { accessToken: new Secret('at-1') });
}

describe('A test call (G8)', () => {
  it('D021 carries the token in the header, by its scheme, and never in the URL', async () => {
    const result = await tried({ status: 200, body: { id: 1 } });
    expect(result).toMatchObject({ ok: true, status: 200, hint: null });
    expect(server.onlyRequest).toMatchObject({ method: 'GET', url: '/me' });
    expect(server.onlyRequest.headers).toMatchObject({ authorization: 'Bearer at-1', accept: 'application/json' });
    expect(result.trace).toMatchObject([{ step: 'test', url: `${server.url}/me`, status: 200 }]);
  });

  it('carries the token as the manifest says', async () => {
    await tried({ status: 200 }, { use: { scheme: 'OAuth2' } });
    expect(server.onlyRequest.headers.authorization).toBe('OAuth2 at-1');
    await tried({ status: 200 }, { use: { header: 'X-Shopify-Access-Token', scheme: '' } });
    expect(server.onlyRequest.headers).toMatchObject({ 'x-shopify-access-token': 'at-1' });
    expect(server.onlyRequest.headers.authorization).toBeUndefined();
  });

  it.each([
    [401, 'reauthorize'],
    [403, 'scopes'],
  ])('explains a %i', async (status, hint) => {
    expect(await tried({ status })).toMatchObject({ ok: false, status, hint: expect.stringContaining(hint) });
  });

  it('fails where a 200 does not show what the manifest asks for', async () => {
    const parts = (request = { url: `${server.url}/me` }): TargetParts => ({
      test: { request, shows: [{ at: '/ok', equals: true }] },
    });
    expect(await tried({ status: 200, body: { ok: true } }, parts())).toMatchObject({ ok: true });
    expect(await tried({ status: 200, body: { ok: false } }, parts())).toMatchObject({ ok: false, status: 200 });
    expect(await tried({ status: 200, body: '<html>Log in</html>' }, parts())).toMatchObject({ ok: false });
  });

  it('is a result, not an exception, where no answer comes or nothing can be asked', async () => {
    expect(await tried(() => undefined)).toMatchObject({
      ok: false,
      status: null,
      trace: [{ step: 'test', status: null }],
    });
    expect(await tried({ status: 200 }, { test: null })).toMatchObject({
      ok: false,
      status: null,
      hint: expect.stringContaining('testUrl'),
    });
  });

  it('does not follow a redirect with the token', async () => {
    expect(await tried({ status: 302, headers: { location: `${server.url}/elsewhere` } })).toMatchObject({
      ok: false,
      status: 302,
    });
    expect(server.requests).toHaveLength(1);
  });
});
