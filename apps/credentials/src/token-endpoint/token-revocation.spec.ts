import { describe, expect, it } from '@jest/globals';
import { Catalogue, fromFiveFields } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { Misbehaviour, ScriptedAnswer } from '../../../../test/support/scripted-server.js';
import type { OAuthTarget } from './oauth-target.js';
import { readAnswer } from './token-answer.js';
import type { RevocableTokens } from './token-revocation.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const both: RevocableTokens = { accessToken: new Secret('at-1'), refreshToken: new Secret('rt-1') };
const accessOnly: RevocableTokens = { accessToken: new Secret('at-1'), refreshToken: null };

/** A service by five fields, whose revocation is RFC 7009's. */
function standardTarget(): OAuthTarget {
  const manifest = fromFiveFields({
    authorizeUrl: `${played.server.url}/authorize`,
    tokenUrl: `${played.server.url}/token`,
    revokeUrl: `${played.server.url}/revoke`,
  });
  return { ...targetAt(played.server.url), manifest };
}

const revokeAt = (revoke: NonNullable<TargetParts['revoke']>, parts: TargetParts = {}) =>
  targetAt(played.server.url, { ...parts, revoke });

async function receiptFor(
  script: (ScriptedAnswer | Misbehaviour)[],
  { target = standardTarget(), tokens = both } = {},
) {
  played.server.answers(...script);
  return played.endpoint.revoke(target, tokens);
}

/** The catalogue's manifest with this server in the place of the provider's hosts. */
function atThisServer(slug: string): Manifest {
  const { manifest } = new Catalogue().find(slug)!;
  const revoke = manifest.revoke as Extract<Manifest['revoke'], { request: unknown }>;
  const url = revoke.request.url.replace(/^https:\/\/[^/]+/, played.server.url);
  return { ...manifest, revoke: { ...revoke, request: { ...revoke.request, url } } };
}

const form = (body: string) => Object.fromEntries(new URLSearchParams(body));

describe('Revocation by RFC 7009', () => {
  it('D058 is a form by POST with token and hint, the client authenticated as at the token endpoint', async () => {
    await receiptFor([{ status: 200 }], { tokens: accessOnly });
    const { method, url, headers, body } = played.server.onlyRequest;
    expect([method, url]).toEqual(['POST', '/revoke']);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('client-1:s3cret').toString('base64')}`);
    expect(form(body)).toEqual({ token: 'at-1', token_type_hint: 'access_token' });
  });

  it('D058 names a public client by its id', async () => {
    const { manifest } = standardTarget();
    const target = {
      ...targetAt(played.server.url),
      manifest: { ...manifest, clientAuthentication: 'none' as const },
      clientSecret: null,
    };
    await receiptFor([{ status: 200 }], { target, tokens: accessOnly });
    expect(form(played.server.onlyRequest.body)).toEqual({
      client_id: 'client-1',
      token: 'at-1',
      token_type_hint: 'access_token',
    });
  });

  it('D059 revokes the refresh token first, then the access token', async () => {
    const receipt = await receiptFor([{ status: 200 }]);
    expect(played.server.requests.map(({ body }) => form(body).token)).toEqual(['rt-1', 'at-1']);
    expect(receipt).toMatchObject({
      outcome: 'revoked',
      retryAfterSeconds: null,
      requests: [
        { token: 'refresh_token', outcome: 'revoked', status: 200 },
        { token: 'access_token', outcome: 'revoked', status: 200 },
      ],
    });
    expect(receipt.trace.map(({ step, status }) => [step, status])).toEqual([
      ['revoke', 200],
      ['revoke', 200],
    ]);
  });

  it('D060 is done with a 200, whatever its body says', async () => {
    for (const body of ['<html>Bye</html>', '{"error":"invalid_token"}', '']) {
      expect((await receiptFor([{ status: 200, body }])).outcome).toBe('revoked');
    }
  });

  it('D061 asks once for each token', async () => {
    await receiptFor([{ status: 200 }]);
    expect(played.server.requests).toHaveLength(2);
  });

  it.each([503, 429, 500, 502])(
    'D062 is pending after a %i: the token is taken for alive, and Retry-After is passed on',
    async (status) => {
      const receipt = await receiptFor([{ status, headers: { 'retry-after': '90' } }, { status: 200 }]);
      expect(receipt).toMatchObject({ outcome: 'pending', retryAfterSeconds: 90 });
      expect(receipt.requests.map(({ outcome }) => outcome)).toEqual(['pending', 'revoked']);
    },
  );

  it('D062 is pending where no answer came', async () => {
    for (const silence of [() => undefined, (response) => response.destroy()] as Misbehaviour[]) {
      const receipt = await receiptFor([silence], { tokens: accessOnly });
      expect(receipt).toMatchObject({ outcome: 'pending', requests: [{ status: null }] });
    }
  });

  it.each([400, 401])(
    'D062 is pending where our client is refused with a %i, which an admin can mend',
    async (status) => {
      const refused = { status, body: { error: 'invalid_client' } };
      const receipt = await receiptFor([refused], { tokens: accessOnly });
      expect(receipt).toMatchObject({ outcome: 'pending', requests: [{ status }] });
      expect(receipt.detail).toContain('client secret');
      for (const other of [
        { ...refused, status: 403 },
        { status, body: { error: 'invalid_request' } },
      ])
        expect(await receiptFor([other], { tokens: accessOnly })).toMatchObject({ outcome: 'unproved' });
    },
  );

  it('D063 goes on to the next token after unsupported_token_type', async () => {
    const unsupported = { status: 400, body: { error: 'unsupported_token_type' } };
    const receipt = await receiptFor([{ status: 200 }, unsupported]);
    expect(receipt.requests.map(({ outcome }) => outcome)).toEqual(['revoked', 'not_supported']);
    expect(receipt.outcome).toBe('revoked');
    expect(receipt.detail).toContain('Access token: The provider does not revoke tokens of this kind');
    expect((await receiptFor([unsupported], { tokens: accessOnly })).outcome).toBe('not_supported');
  });

  it.each([201, 202, 204, 302, 307, 400, 401, 403, 404])('D064 is unproved with a %i', async (status) => {
    const receipt = await receiptFor([{ status, headers: { location: `${played.server.url}/elsewhere` } }], {
      tokens: accessOnly,
    });
    expect(receipt).toMatchObject({ outcome: 'unproved', requests: [{ status }] });
    expect(played.server.requests).toHaveLength(1);
  });

  it('D064 is proved by other statuses where the manifest says so', async () => {
    const target = revokeAt({ request: { url: `${played.server.url}/revoke` }, statuses: [200, 204] });
    expect((await receiptFor([{ status: 204 }], { target })).outcome).toBe('revoked');
  });

  it('D065 goes where the manifest says, and nowhere that an answer names', async () => {
    const target = standardTarget();
    const answer = {
      status: 200,
      headers: {},
      body: JSON.stringify({
        access_token: 'at-1',
        token_type: 'Bearer',
        revocation_endpoint: 'https://evil.example/revoke',
      }),
      receivedAt: new Date().toISOString(),
      trace: [],
    };
    const { captured } = await readAnswer(target, answer, {});
    played.server.answers({ status: 200 });
    await played.endpoint.revoke(target, { ...accessOnly, captured });
    expect(played.server.onlyRequest.url).toBe('/revoke');
  });

  it('tells what the provider answered, and no secret', async () => {
    const body = { error: 'invalid_client', error_description: 's3cret is wrong' };
    const receipt = await receiptFor([{ status: 401, body }], { tokens: accessOnly });
    expect(receipt.detail).toContain('401 invalid_client');
    expect(JSON.stringify(receipt)).not.toMatch(/s3cret|at-1/);
  });

  it('never throws for what the configuration lacks', async () => {
    const receipt = await receiptFor([{ status: 200 }], { target: { ...standardTarget(), clientSecret: null } });
    expect(receipt).toMatchObject({
      outcome: 'pending',
      clientFault: 'missing',
      detail: expect.stringContaining('Give the API service its client secret'),
      requests: [{ status: null }, { status: null }],
    });
    expect(played.server.requests).toHaveLength(0);
  });
});

describe('Revocation in a provider’s own form', () => {
  it('G7 POST with oauth_token, as at Podio', async () => {
    const receipt = await receiptFor([{ status: 200 }], {
      target: { ...targetAt(played.server.url), manifest: atThisServer('podio') },
    });
    const { method, url, headers, body } = played.server.onlyRequest;
    expect([method, url, form(body)]).toEqual(['POST', '/oauth/token/invalidate', { oauth_token: 'at-1' }]);
    expect(headers.authorization).toBeUndefined();
    expect(receipt.outcome).toBe('revoked');
  });

  it('G7 GET with ?token=', async () => {
    const request = {
      method: 'GET',
      url: `${played.server.url}/o/oauth2/revoke`,
      query: { token: '{{ token }}' },
      authentication: 'none',
    } as const;
    const receipt = await receiptFor([{ status: 200 }], { target: revokeAt({ request }), tokens: accessOnly });
    expect(played.server.onlyRequest).toMatchObject({ method: 'GET', url: '/o/oauth2/revoke?token=at-1', body: '' });
    expect(receipt.trace[0]!.url).toBe(`${played.server.url}/o/oauth2/revoke?token=***`);
  });

  it('G7 none at all, or only by the user', async () => {
    expect(await receiptFor([{ status: 200 }], { target: targetAt(played.server.url) })).toMatchObject({
      outcome: 'not_supported',
      requests: [],
    });
    const receipt = await receiptFor([{ status: 200 }], { target: revokeAt({ byUserAt: 'https://as.example/apps' }) });
    expect(receipt).toMatchObject({
      outcome: 'not_supported',
      detail: expect.stringContaining('https://as.example/apps'),
    });
    expect(played.server.requests).toHaveLength(0);
  });

  it('DELETE with Basic and JSON, as at GitHub', async () => {
    const target = { ...targetAt(played.server.url, {}, { clientId: 'Iv1.abc' }), manifest: atThisServer('github') };
    const receipt = await receiptFor([{ status: 204 }], { target });
    const { method, url, headers, body } = played.server.onlyRequest;
    expect([method, url]).toEqual(['DELETE', '/applications/Iv1.abc/token']);
    expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/vnd.github+json' });
    expect(headers.authorization).toBe(`Basic ${Buffer.from('Iv1.abc:s3cret').toString('base64')}`);
    expect(JSON.parse(body)).toEqual({ access_token: 'at-1' });
    expect(receipt.outcome).toBe('revoked');
  });

  it('D066 asks once where one token takes the others along, as at Google', async () => {
    const target = { ...targetAt(played.server.url), manifest: atThisServer('google') };
    const receipt = await receiptFor([{ status: 200 }], { target });
    expect(form(played.server.onlyRequest.body)).toEqual({ token: 'rt-1' });
    expect(receipt.requests).toHaveLength(1);
    await receiptFor([{ status: 200 }], { target, tokens: accessOnly });
    expect(form(played.server.onlyRequest.body)).toEqual({ token: 'at-1' });
  });

  it('with the secret in the path, masked in the trace', async () => {
    const request = {
      method: 'DELETE',
      url: `${played.server.url}/refresh-tokens/{{ token }}`,
      authentication: 'none',
    } as const;
    const receipt = await receiptFor([{ status: 200 }], { target: revokeAt({ request, tokens: ['refresh_token'] }) });
    expect(played.server.onlyRequest.url).toBe('/refresh-tokens/rt-1');
    expect(receipt.trace[0]!.url).toBe(`${played.server.url}/refresh-tokens/***`);
  });

  it('by the token itself, with an empty body', async () => {
    const request = { url: `${played.server.url}/auth/token/revoke`, authentication: 'access_token' } as const;
    await receiptFor([{ status: 200 }], { target: revokeAt({ request, tokens: ['access_token'] }) });
    expect(played.server.onlyRequest).toMatchObject({ method: 'POST', body: '' });
    expect(played.server.onlyRequest.headers.authorization).toBe('Bearer at-1');
  });

  it('is not tried where the provider revokes none of the tokens that there are', async () => {
    const target = revokeAt({ request: { url: `${played.server.url}/revoke` }, tokens: ['refresh_token'] });
    expect(await receiptFor([{ status: 200 }], { target, tokens: accessOnly })).toMatchObject({
      outcome: 'not_supported',
    });
    expect(played.server.requests).toHaveLength(0);
  });
});
