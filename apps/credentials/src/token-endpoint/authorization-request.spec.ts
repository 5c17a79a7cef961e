import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { REDIRECT_URI, targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { authorizationUrl, drawPkce } from './authorization-request.js';

const AS = 'https://as.example';
const question = { state: 'state-1', scopes: ['read', 'write'], codeChallenge: 'challenge-1' };
const asked = (parts: TargetParts = {}, rest: Partial<typeof question> = {}) =>
  authorizationUrl(targetAt(AS, parts), { ...question, ...rest });
const parametersOf = (url: URL) => Object.fromEntries(url.searchParams);

describe('PKCE', () => {
  it('D024 has a verifier of 43 to 128 unreserved characters', async () => {
    const target = targetAt(AS);
    for (let round = 0; round < 200; round++) {
      const pkce = await drawPkce(target);
      expect(pkce!.verifier.reveal()).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/);
    }
  });

  it('D025 draws 256 bits, fresh for each flow', async () => {
    const target = targetAt(AS);
    const flows = await Promise.all(Array.from({ length: 10_000 }, () => drawPkce(target)));
    const verifiers = flows.map((pkce) => pkce!.verifier.reveal());
    expect(new Set(verifiers).size).toBe(verifiers.length);
    expect(Buffer.from(verifiers[0]!, 'base64url')).toHaveLength(32);
  });

  it('D026 is S256 of the verifier', async () => {
    const pkce = await drawPkce(targetAt(AS));
    expect(pkce!.challenge).toBe(createHash('sha256').update(pkce!.verifier.reveal()).digest('base64url'));
    expect(parametersOf(asked())).toMatchObject({ code_challenge: 'challenge-1', code_challenge_method: 'S256' });
  });

  it('D028 is asked of every server, unless its manifest says that it breaks on it', async () => {
    expect(await drawPkce(targetAt(AS, { authorize: { pkce: 'off' } }))).toBeNull();
    const url = authorizationUrl(targetAt(AS, { authorize: { pkce: 'off' } }), { ...question, codeChallenge: null });
    expect([...url.searchParams.keys()]).not.toContain('code_challenge_method');
  });

  it('does not print its verifier', async () => {
    const pkce = await drawPkce(targetAt(AS));
    expect(JSON.stringify(pkce)).not.toContain(pkce!.verifier.reveal());
  });
});

describe('The authorization request', () => {
  it('asks for a code, by RFC 6749 section 4.1.1', () => {
    const url = asked();
    expect(url.origin + url.pathname).toBe('https://as.example/authorize');
    expect(parametersOf(url)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: REDIRECT_URI,
      scope: 'read write',
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
    });
  });

  it('keeps the query that the authorize URL has, and repeats no parameter', () => {
    const url = asked({ authorize: { url: `${AS}/authorize?access_type=offline&scope=old` } });
    expect(url.searchParams.getAll('scope')).toEqual(['read write']);
    expect(url.searchParams.get('access_type')).toBe('offline');
  });

  it('writes spaces so that every server reads them', () => {
    expect(asked({}, { scopes: ['a+b', 'c'] }).search).toContain('scope=a%2Bb%20c');
  });

  it('leaves out what has no value', () => {
    expect([...asked({}, { scopes: [] }).searchParams.keys()]).not.toContain('scope');
  });

  it('speaks the manifest’s dialect: more parameters, other names, another separator', () => {
    const parameters = {
      prompt: 'consent',
      response_type: null,
      redirect_uri: null,
      redirect_url: '{{ redirect_uri }}',
      user_scope: 'x,y',
    };
    const url = asked({ authorize: { parameters, scopeSeparator: ',' } });
    expect(parametersOf(url)).toEqual({
      client_id: 'client-1',
      scope: 'read,write',
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
      prompt: 'consent',
      redirect_url: REDIRECT_URI,
      user_scope: 'x,y',
    });
  });
});
