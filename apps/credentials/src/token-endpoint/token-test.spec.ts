import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { Misbehaviour, ScriptedAnswer } from '../../../../test/support/scripted-server.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

async function tried(answer: ScriptedAnswer | Misbehaviour, parts: TargetParts = {}) {
  played.server.answers(answer);
  const target = targetAt(played.server.url, { test: { request: { url: `${played.server.url}/me` } }, ...parts });
  return played.endpoint.test(target, { accessToken: new Secret('at-1') });
}

describe('A test call (G8)', () => {
  it('D021, D041 carries the token in the header, by its scheme, and never in the URL', async () => {
    const result = await tried({ status: 200, body: { id: 1 } });
    expect(result).toMatchObject({ ok: true, status: 200, hint: null });
    expect(played.server.onlyRequest).toMatchObject({ method: 'GET', url: '/me' });
    expect(played.server.onlyRequest.headers).toMatchObject({
      authorization: 'Bearer at-1',
      accept: 'application/json',
    });
    expect(result.trace).toMatchObject([{ step: 'test', url: `${played.server.url}/me`, status: 200 }]);
  });

  it('carries the token as the manifest says', async () => {
    await tried({ status: 200 }, { use: { scheme: 'OAuth2' } });
    expect(played.server.onlyRequest.headers.authorization).toBe('OAuth2 at-1');
    await tried({ status: 200 }, { use: { header: 'X-Shopify-Access-Token', scheme: '' } });
    expect(played.server.onlyRequest.headers).toMatchObject({ 'x-shopify-access-token': 'at-1' });
    expect(played.server.onlyRequest.headers.authorization).toBeUndefined();
  });

  it.each([
    [401, 'reauthorize'],
    [403, 'scopes'],
  ])('explains a %i', async (status, hint) => {
    expect(await tried({ status })).toMatchObject({ ok: false, status, hint: expect.stringContaining(hint) });
  });

  it('fails where a 200 does not show what the manifest asks for', async () => {
    const parts = (request = { url: `${played.server.url}/me` }): TargetParts => ({
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
      silence: 'timed_out',
      trace: [{ step: 'test', status: null }],
    });
    expect(await tried({ status: 200 }, { test: null })).toMatchObject({
      ok: false,
      status: null,
      hint: expect.stringContaining('testUrl'),
    });
  });

  it.each([
    ['of RFC 9457', { title: 'Forbidden', detail: 'No such plan.' }, 'No such plan.'],
    ['of RFC 6749', { error: 'invalid_token', error_description: 'It ended.' }, 'It ended.'],
    ['in a list', { errors: [{ message: 'No key.' }] }, 'No key.'],
    ['as a code', { ok: false, error: 'invalid_auth' }, 'invalid_auth'],
    [
      'with the token, and a piece of it',
      { message: 'No user has at-canary-1, at-ca... or so.' },
      'No user has ***, *** or so.',
    ],
    ['at any length', { message: 'so '.repeat(300) }, expect.stringMatching(/^.{1,300}$/)],
    ['not at all', '<html>No</html>', null],
  ])('tells the API’s own words %s', async (_where, body, said) => {
    played.server.answers({ status: 401, body });
    const target = targetAt(played.server.url, { test: { request: { url: `${played.server.url}/me` } } });
    const result = await played.endpoint.test(target, { accessToken: new Secret('at-canary-1') });
    expect(result).toMatchObject({ ok: false, status: 401, silence: null, said });
  });

  it('does not follow a redirect with the token', async () => {
    expect(await tried({ status: 302, headers: { location: `${played.server.url}/elsewhere` } })).toMatchObject({
      ok: false,
      status: 302,
    });
    expect(played.server.requests).toHaveLength(1);
  });
});
