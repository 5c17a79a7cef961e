import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { REDIRECT_URI, targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { ReceivedRequest } from '../../../../test/support/scripted-server.js';
import type { OAuthTarget } from './oauth-target.js';
import type { TokenFault } from './token-fault.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const GOOD = { body: { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' } };
const callback = { code: new Secret('code-1'), parameters: {} };
const codeVerifier = new Secret('verifier-1');
const grant = { refreshToken: new Secret('rt-0'), accessToken: new Secret('at-0') };

/** The request that an exchange makes. */
async function exchanged(target: OAuthTarget): Promise<ReceivedRequest> {
  played.server.answers(GOOD);
  await played.endpoint.sendExchange(target, { callback, codeVerifier });
  return played.server.onlyRequest;
}

async function refreshed(target: OAuthTarget, captured: Record<string, unknown> = {}): Promise<ReceivedRequest> {
  played.server.answers(GOOD);
  await played.endpoint.sendRefresh(target, { ...grant, captured });
  return played.server.onlyRequest;
}

const form = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body));
const credentialsOf = ({ headers }: ReceivedRequest) =>
  Buffer.from(headers.authorization!.replace('Basic ', ''), 'base64').toString('utf8');

/** As a strict server reads Basic credentials: split at the first colon, then form-decoded (RFC 6749 section 2.3.1). */
function strictlyRead(request: ReceivedRequest): { id: string; secret: string } {
  const [id = '', secret = ''] = credentialsOf(request).split(':');
  const decoded = (text: string) => new URLSearchParams(`v=${text}`).get('v')!;
  return { id: decoded(id), secret: decoded(secret) };
}

describe('The exchange', () => {
  it('is a form by POST with grant, code, redirect URI and verifier (RFC 6749 section 4.1.3)', async () => {
    const request = await exchanged(targetAt(played.server.url));
    expect(request).toMatchObject({ method: 'POST', url: '/token' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    });
    expect(form(request)).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: REDIRECT_URI,
      code_verifier: 'verifier-1',
    });
  });

  it('D007 repeats the redirect URI of the flow, whatever the address is by now', async () => {
    const target = { ...targetAt(played.server.url), redirectUri: 'https://old.example/callback/example' };
    expect(form(await exchanged(target)).redirect_uri).toBe('https://old.example/callback/example');
  });

  it('has no verifier where PKCE is off', async () => {
    played.server.answers(GOOD);
    await played.endpoint.sendExchange(targetAt(played.server.url), { callback, codeVerifier: null });
    expect(form(played.server.onlyRequest)).not.toHaveProperty('code_verifier');
  });
});

describe('The refresh', () => {
  it('is a form by POST with grant and refresh token (RFC 6749 section 6)', async () => {
    expect(form(await refreshed(targetAt(played.server.url)))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'rt-0',
    });
  });

  it('D014 names no scope, so it never asks for more than was granted', async () => {
    expect(
      form(await refreshed(targetAt(played.server.url, { authorize: { scopes: ['a', 'b'] } }))),
    ).not.toHaveProperty('scope');
  });

  it('is not sent where the manifest knows none', async () => {
    played.server.answers(GOOD);
    const fault = await failureOf<TokenFault>(
      played.endpoint.sendRefresh(targetAt(played.server.url, { refresh: null }), grant),
    );
    expect(fault).toMatchObject({ owner: 'configuration', permanent: true, reachedProvider: false });
    expect(played.server.requests).toHaveLength(0);
  });
});

describe('Client authentication', () => {
  it('D001 form-urlencodes id and secret before Base64: a strict server reads what was meant', async () => {
    const client = { clientId: 'id with:colon', clientSecret: 'a+b:/%é' };
    const request = await exchanged(targetAt(played.server.url, {}, client));
    expect(strictlyRead(request)).toEqual({ id: client.clientId, secret: client.clientSecret });
    expect(form(request)).not.toHaveProperty('client_id');
  });

  it('D001 leaves alone what that encoding leaves alone, for servers that compare without decoding', async () => {
    const client = { clientId: 'a-b_c.d*e', clientSecret: 'F-g_h.1' };
    expect(credentialsOf(await exchanged(targetAt(played.server.url, {}, client)))).toBe('a-b_c.d*e:F-g_h.1');
  });

  it('basic_raw sends them as they are', async () => {
    const request = await exchanged(
      targetAt(played.server.url, { clientAuthentication: 'basic_raw' }, { clientSecret: 'a+b=/é' }),
    );
    expect(credentialsOf(request)).toBe('client-1:a+b=/é');
  });

  it.each([
    ['basic', true, {}],
    ['basic_raw', true, {}],
    ['post', false, { client_id: 'client-1', client_secret: 's3cret' }],
    ['none', false, { client_id: 'client-1' }],
  ] as const)('D003 is exactly one: %s', async (clientAuthentication, inHeader, inBody) => {
    for (const request of [
      await exchanged(targetAt(played.server.url, { clientAuthentication })),
      await refreshed(targetAt(played.server.url, { clientAuthentication })),
    ]) {
      expect(request.headers.authorization !== undefined).toBe(inHeader);
      const { client_id, client_secret } = form(request);
      expect({ ...(client_id && { client_id }), ...(client_secret && { client_secret }) }).toEqual(inBody);
    }
  });

  it('D002 never puts the secret into the URL', async () => {
    for (const clientAuthentication of ['basic', 'basic_raw', 'post', 'none'] as const) {
      const { url } = await exchanged(
        targetAt(played.server.url, { clientAuthentication, token: { query: { v: '2' } } }),
      );
      expect(url).toBe('/token?v=2');
    }
  });

  it('is not guessed where there is no secret: nothing is sent', async () => {
    played.server.answers(GOOD);
    for (const clientAuthentication of ['basic', 'post'] as const) {
      const target = targetAt(played.server.url, { clientAuthentication }, { clientSecret: null });
      expect(await failureOf<TokenFault>(played.endpoint.sendRefresh(target, grant))).toMatchObject({
        owner: 'client',
        code: 'client_secret_missing',
        reachedProvider: false,
      });
    }
    expect(played.server.requests).toHaveLength(0);
  });

  it('D129 is never probed in another way with a live code or refresh token', async () => {
    played.server.answers({ status: 401, body: { error: 'invalid_client' } });
    const exchange = await played.endpoint.sendExchange(targetAt(played.server.url), { callback, codeVerifier });
    const refresh = await played.endpoint.sendRefresh(targetAt(played.server.url), grant);
    expect([exchange.status, refresh.status]).toEqual([401, 401]);
    expect(played.server.requests).toHaveLength(2);
  });
});

describe('A token request', () => {
  it('D004 is a POST', async () => {
    expect([
      (await exchanged(targetAt(played.server.url))).method,
      (await refreshed(targetAt(played.server.url))).method,
    ]).toEqual(['POST', 'POST']);
  });

  it('D004 is a GET only where the manifest’s quirk says so by name', async () => {
    const target = targetAt(played.server.url, {
      quirks: [{ quirk: 'tokenRequestByGet', reason: 'It knows no POST.' }],
      token: { method: 'GET' },
    });
    const request = await refreshed(target);
    expect(request).toMatchObject({
      method: 'GET',
      url: '/token?refresh_token=rt-0&grant_type=refresh_token',
      body: '',
    });
    expect(request.headers['content-type']).toBeUndefined();
  });

  it('D005 leaves out parameters without a value, and repeats none', async () => {
    const parameters = { resource: '', audience: '{{ scope }}', code: '{{ code }}', extra: 'x' };
    const { body } = await exchanged(
      targetAt(played.server.url, { token: { body: { parameters } }, refresh: { request: { body: {} } } }),
    );
    const names = [...new URLSearchParams(body).keys()];
    expect(names.sort()).toEqual(['code', 'code_verifier', 'extra', 'grant_type', 'redirect_uri']);
  });

  it('keeps a query that the token URL has of its own', async () => {
    const target = targetAt(played.server.url, { token: { url: `${played.server.url}/token?tenant=7` } });
    expect((await exchanged(target)).url).toBe('/token?tenant=7');
  });

  const dialects: [string, TargetParts, (request: ReceivedRequest) => void][] = [
    [
      'JSON with the secret in the body',
      { clientAuthentication: 'post', token: { body: { encoding: 'json', parameters: { expiring: 1 } } } },
      (request) => {
        expect(request.headers['content-type']).toBe('application/json');
        expect(JSON.parse(request.body)).toEqual({
          grant_type: 'refresh_token',
          refresh_token: 'rt-0',
          client_id: 'client-1',
          client_secret: 's3cret',
          expiring: 1,
        });
      },
    ],
    [
      'other names for id and secret, and one left out',
      {
        clientAuthentication: 'post',
        token: {
          body: {
            parameters: {
              client_id: null,
              client_key: '{{ client_id }}',
              client_secret: null,
              secret: '{{ client_secret }}',
              grant_type: null,
            },
          },
        },
      },
      (request) => expect(form(request)).toEqual({ refresh_token: 'rt-0', client_key: 'client-1', secret: 's3cret' }),
    ],
    [
      'headers and query of its own',
      { token: { headers: { 'Notion-Version': '2022-06-28', Accept: 'text/plain' }, query: { v: '{{ client_id }}' } } },
      (request) => {
        expect(request.headers).toMatchObject({ 'notion-version': '2022-06-28', accept: 'text/plain' });
        expect(request.url).toBe('/token?v=client-1');
      },
    ],
    [
      'its own address for the refresh, with captured values',
      {
        answer: { captures: { region: '/region' } },
        refresh: { request: { url: 'https://replaced.example/', headers: { 'x-region': '{{ captured.region }}' } } },
      },
      (request) => {
        expect(request.url).toBe('/refresh');
        expect(request.headers['x-region']).toBe('eu');
      },
    ],
  ];

  it.each(dialects)('speaks the manifest’s dialect: %s', async (...[, parts, check]) => {
    const request = parts.refresh?.request?.url
      ? { ...parts.refresh.request, url: `${played.server.url}/refresh` }
      : undefined;
    const target = targetAt(played.server.url, request ? { ...parts, refresh: { request } } : parts);
    check(await refreshed(target, { region: 'eu' }));
  });

  it('never reads what a provider or user sent as a template', async () => {
    played.server.answers(GOOD);
    const captured = { region: '{{ client_secret }}' };
    const target = targetAt(played.server.url, {
      answer: { captures: { region: '/region' } },
      refresh: { request: { headers: { 'x-region': '{{ captured.region }}' } } },
    });
    expect((await refreshed(target, captured)).headers['x-region']).toBe('{{ client_secret }}');
  });
});
