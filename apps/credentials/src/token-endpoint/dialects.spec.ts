import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetClient, TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { ReceivedRequest } from '../../../../test/support/scripted-server.js';
import type { TokenFault } from './token-fault.js';
import { tokenUse } from './token-use.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const AS = 'https://as.example';
const held = { refreshToken: new Secret('rt-0'), accessToken: new Secret('at-0') };
const previous = { ...held, tokenType: 'Bearer', scope: 'read', namedTokens: {}, captured: {} };

async function refreshed(parts: TargetParts, client: TargetClient = {}, grant: object = {}): Promise<ReceivedRequest> {
  played.server.answers({ body: {} });
  await played.endpoint.sendRefresh(targetAt(played.server.url, parts, client), { ...held, ...grant });
  return played.server.onlyRequest;
}

async function exchanged(parts: TargetParts, parameters: Record<string, string> = {}): Promise<ReceivedRequest> {
  played.server.answers({ body: {} });
  const callback = { code: new Secret('code-1'), parameters };
  await played.endpoint.sendExchange(targetAt(played.server.url, parts), { callback, codeVerifier: null });
  return played.server.onlyRequest;
}

const read = (body: string | object, parts: TargetParts = {}) =>
  played.endpoint.readAnswer(targetAt(AS, parts), answerOf(body), { previous });

describe('A request in a provider’s dialect', () => {
  it('can be XML, nested by pointers', async () => {
    const body = {
      encoding: 'xml' as const,
      root: 'token',
      parameters: { grant_type: null, refresh_token: null, '/auth/refresh': '{{ refresh_token }}' },
    };
    const request = await refreshed({ clientAuthentication: 'basic', refresh: { request: { body } } });
    expect(request.headers['content-type']).toBe('application/xml');
    expect(request.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><token><auth><refresh>rt-0</refresh></auth></token>',
    );
  });

  it('can be JSON, nested by pointers', async () => {
    const body = {
      encoding: 'json' as const,
      parameters: { grant_type: null, refresh_token: null, '/a/b': '{{ refresh_token }}', '/a/c': 1 },
    };
    expect(JSON.parse((await refreshed({ refresh: { request: { body } } })).body)).toEqual({ a: { b: 'rt-0', c: 1 } });
  });

  it('can have its parameters in the query of a POST', async () => {
    const request = await refreshed({ token: { body: { encoding: 'query' } } });
    expect(request).toMatchObject({
      method: 'POST',
      url: '/token?refresh_token=rt-0&grant_type=refresh_token',
      body: '',
    });
  });

  it('can have the connection’s own fields and what its callback brought', async () => {
    const parts: TargetParts = {
      fields: { tenant: { label: 'Tenant', default: 'common' } },
      authorize: { captures: { region: '/region' } },
      token: { url: `${played.server.url}/{{ field.tenant }}/token`, query: { region: '{{ captured.region }}' } },
      refresh: { request: { query: {} } },
    };
    expect((await exchanged(parts, { region: 'eu/1' })).url).toBe('/common/token?region=eu%2F1');
    expect((await refreshed(parts, { params: { tenant: 'a/b' } })).url).toBe('/a%2Fb/token');
  });

  it('can be signed by a header over all the rest of it', async () => {
    const signature = "{{ hmac_sha256(client_secret, concat(request.method, ' ', request.path, ' ', request.body)) }}";
    const request = await refreshed({
      clientAuthentication: 'custom',
      token: { headers: { 'x-signature': signature } },
    });
    const signed = `POST /token ${request.body}`;
    expect(request.headers['x-signature']).toBe(createHmac('sha256', 's3cret').update(signed).digest('hex'));
    expect(request.body).toBe('refresh_token=rt-0&grant_type=refresh_token');
  });

  it('can have half a Basic pair', async () => {
    const headers = { authorization: "Basic {{ base64(concat(client_secret, ':')) }}" };
    const request = await refreshed({ clientAuthentication: 'custom', token: { headers } });
    expect(request.headers.authorization).toBe(`Basic ${btoa('s3cret:')}`);
  });

  it('D002 has the secret in its URL only where the manifest’s quirk says so, with a reason', async () => {
    const request = await refreshed({
      clientAuthentication: 'custom',
      quirks: [
        { quirk: 'secretInUrl', reason: 'Its documentation has it nowhere else.' },
        { quirk: 'tokenRequestByGet', reason: 'Its documentation has it so.' },
      ],
      token: { method: 'GET', query: { appid: '{{ client_id }}', secret: '{{ client_secret }}' } },
    });
    expect(request.url).toBe('/token?appid=client-1&secret=s3cret&refresh_token=rt-0&grant_type=refresh_token');
  });

  it('can be a refresh by the access token, in a parameter or as the API’s own', async () => {
    const byParameter = { grant_type: 'fb_exchange_token', fb_exchange_token: '{{ access_token }}' };
    const first = await refreshed(
      { refresh: { by: 'access_token', request: { body: { parameters: byParameter } } } },
      {},
      { refreshToken: null },
    );
    expect(first.body).toBe('grant_type=fb_exchange_token&fb_exchange_token=at-0');
    const second = await refreshed(
      { use: { scheme: 'OAuth2' }, refresh: { by: 'access_token', request: { authentication: 'access_token' } } },
      {},
      { refreshToken: null },
    );
    expect(second.headers.authorization).toBe('OAuth2 at-0');
  });
});

describe('A host that comes from a value', () => {
  const parts: TargetParts = {
    hosts: ['*.shop.example', 'accounts.example.com'],
    fields: { shop: { label: 'Shop' } },
    token: { url: 'https://{{ field.shop }}.shop.example/token' },
  };
  const askedOf = (shop: string) =>
    failureOf<TokenFault>(played.endpoint.sendRefresh(targetAt(AS, parts, { params: { shop } }), held));

  it.each(['evil.example/', 'evil.example#', 'evil.example?', 'evil.example\\', 'a b', 'x@evil.example', '%2e', ''])(
    'stays among those that the manifest allows: %j',
    async (shop) => {
      expect(await askedOf(shop)).toMatchObject({ code: 'host_not_allowed', reachedProvider: false });
    },
  );

  it.each([
    'https://evil.example',
    'http://accounts.example.com',
    'https://accounts.example.com@evil.example',
    'https://accounts.example.com:x',
    'https://accounts.example.com.evil.example',
    'https://u:p@accounts.example.com',
    'https://accounts.example.com?x=',
    'https://accounts.example.com#',
    'accounts.example.com\\@evil.example',
    'javascript:alert(1)',
    '',
  ])('wholly, too, wherever it came from: %s', async (base) => {
    const target = targetAt(AS, {
      hosts: ['accounts.example.com'],
      authorize: { captures: { base: '/base' } },
      token: { url: '{{ captured.base }}/token' },
    });
    const callback = { code: new Secret('c'), parameters: { base } };
    const fault = await failureOf<TokenFault>(played.endpoint.sendExchange(target, { callback, codeVerifier: null }));
    expect(fault).toMatchObject({ code: 'host_not_allowed', reachedProvider: false });
  });

  it('limits where the token may travel afterwards', () => {
    const target = targetAt(AS, {
      hosts: ['*.api.example'],
      answer: { captures: { instance: '/instance_url', dc: '/dc' } },
      use: {
        baseUrls: [
          'https://fixed.example',
          '{{ captured.instance }}/services',
          'https://{{ captured.dc }}.api.example',
        ],
        headers: { 'x-dc': '{{ captured.dc }}' },
      },
    });
    expect(tokenUse(target, { instance: 'https://na1.api.example/', dc: 'us1' })).toEqual({
      baseUrls: ['https://fixed.example', 'https://na1.api.example/services', 'https://us1.api.example/'],
      header: 'Authorization',
      scheme: 'Bearer',
      query: null,
      headers: { 'x-dc': 'us1' },
      refusedStatuses: [401],
    });
    expect(tokenUse(target, { instance: 'https://evil.example' }).baseUrls).toEqual(['https://fixed.example']);
  });
});

describe('An answer in a provider’s dialect', () => {
  it('can be XML', async () => {
    const answer = {
      encoding: 'xml' as const,
      accessToken: '/r/token',
      tokenTypeWhenAbsent: 'Bearer',
      expires: { at: '/r/ttl', as: 'duration' as const },
      shows: [{ at: '/r/@status', equals: 'ok' }],
    };
    const grant = await read('<r status="ok"><token>at-1</token><ttl>PT2H</ttl></r>', { answer });
    expect([grant.accessToken.reveal(), grant.expiresInSeconds]).toEqual(['at-1', 7_200]);
    expect(await failureOf<TokenFault>(read('<r status="no"/>', { answer }))).toMatchObject({ owner: 'provider' });
  });

  it('can have several tokens, each of them a secret of its own', async () => {
    const parts: TargetParts = {
      authorize: { scopeSeparator: ',' },
      answer: {
        tokenTypeWhenAbsent: 'Bearer',
        namedTokens: {
          user: {
            accessToken: '/authed_user/access_token',
            refreshToken: '/authed_user/refresh_token',
            expires: { at: '/authed_user/expires_in' },
            scope: '/authed_user/scope',
          },
        },
      },
    };
    const body = {
      access_token: 'xoxb-1',
      authed_user: { id: 'U1', access_token: 'xoxp-1', refresh_token: 'xoxe-1', expires_in: 43_200, scope: 'a,b' },
    };
    const grant = await read(body, parts);
    const { user } = grant.namedTokens;
    expect([user!.accessToken.reveal(), user!.refreshToken!.reveal()]).toEqual(['xoxp-1', 'xoxe-1']);
    expect(user).toMatchObject({ scope: 'a b', expiresAt: '2026-01-01T12:00:00.000Z', tokenType: 'Bearer' });
    expect(grant.captured).toEqual({ authed_user: { id: 'U1' } });
    const context = { previous: { ...previous, namedTokens: grant.namedTokens } };
    const later = await played.endpoint.readAnswer(targetAt(AS, parts), answerOf({ access_token: 'xoxb-2' }), context);
    expect(later.namedTokens).toEqual(grant.namedTokens);
  });

  it('can leave the old token alive, where the manifest says so', async () => {
    const parts: TargetParts = { refresh: { gives: 'time' }, lifetimes: { accessTokenSeconds: 600 } };
    const grant = await read({ expires_in: 900 }, parts);
    expect([grant.accessToken.reveal(), grant.tokenType, grant.expiresInSeconds]).toEqual(['at-0', 'Bearer', 900]);
    expect((await read({}, parts)).expiresInSeconds).toBe(600);
    expect(await failureOf<TokenFault>(read({ expires_in: 900 }))).toMatchObject({ code: 'answer_incomplete' });
  });

  it('can refuse without a word: then its status speaks', async () => {
    const target = targetAt(AS, { answer: { errorsByStatus: { '403': 'invalid_grant' } } });
    const context = { previous };
    const fault = await failureOf<TokenFault>(
      played.endpoint.readAnswer(target, answerOf('', { status: 403 }), context),
    );
    expect(fault).toMatchObject({ owner: 'grant', permanent: true });
    const other = await failureOf<TokenFault>(
      played.endpoint.readAnswer(target, answerOf('', { status: 400 }), context),
    );
    expect(other).toMatchObject({ owner: 'provider', permanent: false });
  });

  it('has an id_token’s claims to capture, and no member of it passes for a captured value', async () => {
    const idToken = `x.${Buffer.from('{"sub":"u-1"}').toString('base64url')}.y`;
    const answer = { captures: { account: '/id_token/sub', dc: '/region/dc' } };
    const grant = await read({ access_token: 'a', token_type: 'bearer', id_token: idToken, dc: 'forged' }, { answer });
    expect(grant.captured).toEqual({ id_token: idToken, account: 'u-1' });
  });
});

describe('A callback in a provider’s dialect', () => {
  const proof = { parameter: 'hmac', equals: '{{ hmac_sha256(client_secret, callback_query) }}' };
  const query = 'code=c1&shop=a.example&state=s&timestamp=1';
  const signed = new URLSearchParams(`${query}&hmac=${createHmac('sha256', 's3cret').update(query).digest('hex')}`);

  it('signs its parameters so that none of them passes for two', () => {
    const target = targetAt(AS, { authorize: { proof } });
    const text = 'code=c1&host=a%26b=100%25&state=s';
    const hmac = createHmac('sha256', 's3cret').update(text).digest('hex');
    const callback = new URLSearchParams({ state: 's', host: 'a&b=100%', code: 'c1', hmac });
    expect(played.endpoint.readCallback(target, callback).code.reveal()).toBe('c1');
  });

  it('proves where it comes from, where the manifest says how', () => {
    const target = targetAt(AS, { authorize: { proof } });
    expect(played.endpoint.readCallback(target, signed)).toMatchObject({
      parameters: { shop: 'a.example', timestamp: '1' },
    });
    for (const [name, value] of [
      ['shop', 'b.example'],
      ['hmac', 'x'],
      ['hmac', ''],
    ] as const) {
      const forged = new URLSearchParams(signed);
      forged.set(name, value);
      expect(() => played.endpoint.readCallback(target, forged)).toThrow(
        expect.objectContaining({ code: 'callback_unproved' }),
      );
    }
  });

  it('has its state and scopes under other names', () => {
    const target = targetAt(AS, {
      authorize: {
        stateParameter: 'ctx',
        scopeSeparator: ',',
        scopeParameters: ['user_scope'],
        fragment: 'wechat_redirect',
      },
    });
    const scopes = ['chat:write', 'user_scope=search:read', 'user_scope=users:read', 'files:read'];
    const url = played.endpoint.authorizationUrl(target, { state: 'st', scopes, codeChallenge: null });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ctx: 'st',
      scope: 'chat:write,files:read',
      user_scope: 'search:read,users:read',
    });
    expect([url.searchParams.has('state'), url.hash]).toEqual([false, '#wechat_redirect']);
    const { code } = played.endpoint.readCallback(target, new URLSearchParams({ code: 'c', ctx: 'st' }));
    expect(code.reveal()).toBe('c');
  });
});
