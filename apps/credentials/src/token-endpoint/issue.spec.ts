import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt, type TargetClient, type TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import { type ReceivedRequest } from '../../../../test/support/scripted-server.js';
import { rehearse } from './rehearsal.js';
import type { TokenFault } from './token-fault.js';

const played = scriptedEndpoint({ timeoutMs: 10_000 });

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const assertionKey = new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const target = (parts: TargetParts, client: TargetClient = {}) => {
  const { manifest, ...rest } = targetAt(played.server.url, { authorize: { url: undefined }, ...parts }, client);
  return { ...rest, manifest, assertionKey };
};
/** Its parameters in their order, the grant first. */
const form = ({ body }: ReceivedRequest): [string, string][] =>
  [...new URLSearchParams(body)].sort(
    ([one], [other]) => Number(other === 'grant_type') - Number(one === 'grant_type'),
  );

async function issued(
  parts: TargetParts,
  issue: { scopes?: string[]; captured?: object; subjectToken?: Secret; actorToken?: Secret } = {},
  client: TargetClient = {},
): Promise<ReceivedRequest> {
  played.server.answers({ body: {} });
  const { scopes = [], captured = {}, ...tokens } = issue;
  await played.endpoint.sendIssue(target(parts, client), {
    scopes,
    captured: captured as Record<string, unknown>,
    ...tokens,
  });
  return played.server.onlyRequest;
}

describe('Client credentials (RFC 6749 section 4.4)', () => {
  const parts: TargetParts = { grant: 'client_credentials' };

  it('are a form with grant and scope, the client proven as everywhere', async () => {
    const request = await issued(parts, { scopes: ['a', 'b'] });
    expect(form(request)).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'a b'],
    ]);
    expect(request.headers.authorization).toMatch(/^Basic /);
  });

  it('go where what a consent told leads, and carry fields and captured values', async () => {
    const token = {
      url: `${played.server.url}/{{ captured.tenant }}/token`,
      body: { parameters: { audience: '{{ field.api }}' } },
    };
    const authorize = { url: `${played.server.url}/consent`, captures: { tenant: '/tenant' } };
    const fields = { api: { label: 'API' } };
    const captured = { tenant: 'acme/x' };
    const request = await issued({ ...parts, authorize, token, fields }, { captured }, { params: { api: 'orders' } });
    expect(request.url).toBe('/acme%2Fx/token');
    expect(form(request)).toContainEqual(['audience', 'orders']);
  });

  it('give no refresh token, whatever the answer has (RFC 6749 section 4.4.3)', async () => {
    const answer = answerOf({ access_token: 'at', token_type: 'bearer', refresh_token: 'rt' }, { step: 'exchange' });
    const grant = await played.endpoint.readAnswer(target(parts), answer, { requestedScopes: ['a'] });
    expect(grant).toMatchObject({ refreshToken: null, scope: 'a' });
    expect(JSON.stringify(grant.captured)).not.toContain('rt');
  });
});

describe('An admin’s consent, which brings no code', () => {
  const consent = () =>
    target(
      {
        grant: 'client_credentials',
        fields: { tenant: { label: 'Tenant' } },
        authorize: {
          url: `https://as.example/consent`,
          shows: [{ at: '/admin_consent', equals: 'True' }],
          captures: { tenant: '/tenant' },
          proof: { parameter: 'tenant', equals: '{{ field.tenant }}' },
        },
      },
      { params: { tenant: 't1' } },
    );
  const callback = (text: string) => played.endpoint.readConsent(consent(), new URLSearchParams(text));

  it('asks for neither a code nor PKCE', async () => {
    const url = played.endpoint.authorizationUrl(consent(), { state: 's', scopes: ['x'], codeChallenge: null });
    expect(Object.keys(Object.fromEntries(url.searchParams)).sort()).toEqual([
      'client_id',
      'redirect_uri',
      'scope',
      'state',
    ]);
    expect(await played.endpoint.drawPkce(consent())).toBeNull();
  });

  it('is taken with all that it has to show', () => {
    expect(callback('tenant=t1&admin_consent=True&state=s')).toEqual({
      parameters: { tenant: 't1', admin_consent: 'True' },
    });
  });

  it.each([
    ['an admin who said no', 'tenant=t1&admin_consent=False&state=s', 'consent_not_shown'],
    ['a consent that is not there', 'tenant=t1&state=s', 'consent_not_shown'],
    ['an error', 'error=access_denied&tenant=t1&state=s', 'authorization_refused'],
    ['a tenant that somebody wrote into the address', 'tenant=t2&admin_consent=True&state=s', 'callback_unproved'],
    ['no tenant', 'admin_consent=True&state=s', 'callback_unproved'],
  ])('refuses %s', (_what, text, code) => {
    expect(() => callback(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('The JWT bearer grant (RFC 7523 section 2.1)', () => {
  const parts = (assertion: object = {}, more: TargetParts = {}): TargetParts => ({
    grant: 'jwt_bearer',
    clientAuthentication: 'none',
    assertion,
    ...more,
  });
  const claimsOf = async (request: ReceivedRequest) =>
    (await jwtVerify(new URLSearchParams(request.body).get('assertion')!, publicKey)).payload;

  it('is a form with grant and assertion, signed, its claims by templates', async () => {
    const claims = {
      sub: '{{ field.user }}',
      scope: '{{ scope }}',
      admin: true,
      empty: '{{ field.nothing }}',
      jti: null,
    };
    const fields = { user: { label: 'User' }, nothing: { label: 'Nothing', pattern: '.*', default: '' } };
    const token = { authentication: 'none' as const, body: { parameters: { scope: null } } };
    const request = await issued(
      parts({ claims }, { fields, token }),
      { scopes: ['a', 'b'] },
      { params: { user: 'ada' } },
    );
    expect(form(request).map(([name]) => name)).toEqual(['grant_type', 'assertion']);
    expect(form(request)[0]![1]).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const payload = await claimsOf(request);
    expect(payload).toEqual({
      iss: 'client-1',
      sub: 'ada',
      aud: `${played.server.url}/token`,
      scope: 'a b',
      admin: true,
      iat: expect.any(Number),
      exp: payload.iat! + 300,
    });
  });

  it('D102 names the token endpoint as its audience, or the issuer, or whatever else a provider wants', async () => {
    const audience = async (assertion: object, more: TargetParts = {}) =>
      (await claimsOf(await issued(parts(assertion, more)))).aud;
    expect(await audience({})).toBe(`${played.server.url}/token`);
    expect(await audience({ audience: 'issuer' }, { issuer: 'https://as.example' })).toBe('https://as.example');
    expect(await audience({ claims: { aud: 'account.example' } })).toBe('account.example');
    expect(await audience({ claims: { aud: null } })).toBeUndefined();
  });

  it('signs anew for each request, and may begin a little in the past', async () => {
    const one = await claimsOf(await issued(parts({ backdateSeconds: 60, lifetimeSeconds: 540 })));
    const other = await claimsOf(await issued(parts({ backdateSeconds: 60, lifetimeSeconds: 540 })));
    expect(one.jti).not.toBe(other.jti);
    expect(one.exp! - one.iat!).toBe(600);
  });

  it('may travel in a header instead, as GitHub’s Apps do', async () => {
    const token = {
      url: `${played.server.url}/app/installations/{{ field.installation }}/access_tokens`,
      authentication: 'none' as const,
      headers: { authorization: 'Bearer {{ assertion }}' },
      body: { encoding: 'json' as const, parameters: { grant_type: null, assertion: null } },
    };
    const fields = { installation: { label: 'Installation' } };
    const request = await issued(parts({}, { token, fields }), {}, { params: { installation: '42' } });
    expect(request.url).toBe('/app/installations/42/access_tokens');
    expect(request.body).toBe('{}');
    const jwt = request.headers.authorization!.slice('Bearer '.length);
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256' });
    await jwtVerify(jwt, publicKey);
  });

  it('is not sent without a key, and its dry run signs nothing', async () => {
    played.server.answers({ body: {} });
    const keyless = { ...target(parts()), assertionKey: null };
    const fault = await failureOf<TokenFault>(played.endpoint.sendIssue(keyless, { scopes: [], captured: {} }));
    expect(fault).toMatchObject({ code: 'assertion_key_missing', owner: 'client', reachedProvider: false });
    const steps = await rehearse(target(parts()), []);
    expect(steps.map(({ step }) => step)).toEqual(['issue']);
    expect(decodeURIComponent(steps[0]!.request!.body!)).toContain('assertion=***');
    expect(JSON.stringify(steps)).not.toContain('eyJ');
    expect(played.server.requests).toHaveLength(0);
  });
});

describe('The token exchange (RFC 8693)', () => {
  const parts = (exchange: object = {}): TargetParts => ({ grant: 'token_exchange', exchange });
  const subjectToken = new Secret('subject-1');
  const read = (members: object, exchange: object = {}, context: object = {}) =>
    played.endpoint.readAnswer(
      target(parts(exchange)),
      answerOf({
        access_token: 'at',
        token_type: 'Bearer',
        issued_token_type: ACCESS_TOKEN,
        expires_in: 3600,
        ...members,
      }),
      context,
    );

  it('D086 has grant, subject token and its type', async () => {
    expect(form(await issued(parts(), { subjectToken }))).toEqual([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['subject_token', 'subject-1'],
      ['subject_token_type', ACCESS_TOKEN],
    ]);
    played.server.answers({ body: {} });
    const fault = await failureOf<TokenFault>(played.endpoint.sendIssue(target(parts()), { scopes: [], captured: {} }));
    expect(fault).toMatchObject({ code: 'subject_token_missing' });
    expect(played.server.requests).toHaveLength(0);
  });

  it('D087 has the actor token’s type exactly when it has an actor token', async () => {
    const names = async (actorToken?: Secret) =>
      form(await issued(parts(), { subjectToken, ...(actorToken && { actorToken }) })).map(([name]) => name);
    expect((await names()).filter((name) => name.startsWith('actor'))).toEqual([]);
    expect((await names(new Secret('actor-1'))).filter((name) => name.startsWith('actor'))).toEqual([
      'actor_token',
      'actor_token_type',
    ]);
  });

  it('D088 repeats resource and audience, each an absolute URI without a fragment', async () => {
    const exchange = { resources: ['https://a.example/x', 'urn:b'], audiences: ['one', 'two'] };
    const request = await issued(parts(exchange), { subjectToken, scopes: ['s'] });
    expect(form(request).slice(3)).toEqual([
      ['resource', 'https://a.example/x'],
      ['resource', 'urn:b'],
      ['audience', 'one'],
      ['audience', 'two'],
      ['scope', 's'],
    ]);
    const templated = { ...parts({ resources: ['{{ field.api }}'] }), fields: { api: { label: 'API' } } };
    for (const api of ['relative', 'https://a.example/#part']) {
      const fault = await failureOf<TokenFault>(issued(templated, { subjectToken }, { params: { api } }));
      expect(fault).toMatchObject({ code: 'resource_not_absolute', reachedProvider: false });
    }
  });

  it('D089 takes the kind of token that was asked for and no other, and nothing that no API takes', async () => {
    const jwt = 'urn:ietf:params:oauth:token-type:jwt';
    expect((await read({})).accessToken.reveal()).toBe('at');
    expect((await read({ issued_token_type: jwt }, { requestedTokenType: jwt })).accessToken.reveal()).toBe('at');
    const refusals = [
      read({ issued_token_type: undefined }),
      read({ issued_token_type: jwt }, { requestedTokenType: ACCESS_TOKEN }),
      read({ issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
      read({ token_type: 'N_A' }),
    ];
    const codes = await Promise.all(refusals.map(async (one) => (await failureOf<TokenFault>(one)).code));
    expect(codes).toEqual([...Array<string>(3).fill('issued_token_type_unfit'), 'token_type_unknown']);
  });

  it('D090 takes the scope that the answer names, where it is another than was asked for', async () => {
    const context = { requestedScopes: ['a', 'b'] };
    expect((await read({ scope: 'a' }, {}, context)).scope).toBe('a');
    expect((await read({}, {}, context)).scope).toBe('a b');
  });

  it('D091 keeps a token of unknown life for a short while only', async () => {
    expect((await read({ expires_in: undefined })).expiresInSeconds).toBe(300);
    expect((await read({})).expiresInSeconds).toBe(3600);
  });

  it('D093 keeps no token longer than the grant that it came from', async () => {
    // answerOf's answers arrive at the first moment of 2026.
    const at = (seconds: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000);
    expect((await read({}, {}, { notAfter: at(90) })).expiresInSeconds).toBe(90);
    expect((await read({}, {}, { notAfter: at(7200) })).expiresInSeconds).toBe(3600);
    expect((await read({}, {}, { notAfter: at(-5) })).expiresInSeconds).toBe(0);
  });

  it('D092 calls an invalid target final: nothing but another request helps', async () => {
    const refusal = answerOf({ error: 'invalid_target' }, { status: 400 });
    const fault = await failureOf<TokenFault>(played.endpoint.readAnswer(target(parts()), refusal, {}));
    expect(fault).toMatchObject({ owner: 'configuration', permanent: true, final: true });
  });
});
