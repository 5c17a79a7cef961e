import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Catalogue } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { readAnswer } from './token-answer.js';
import type { ReadingContext } from './token-answer.js';
import type { TokenFault } from './token-fault.js';

const AS = 'https://as.example';
const TOKENS = {
  access_token: 'at-1',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'rt-1',
  scope: 'read write',
};
const previous = {
  accessToken: new Secret('at-0'),
  tokenType: 'Bearer',
  refreshToken: new Secret('rt-0'),
  namedTokens: {},
  captured: {},
  scope: 'read write',
};

const read = (body: string | object, parts: TargetParts = {}, context: ReadingContext = { previous }) =>
  readAnswer(targetAt(AS, parts), answerOf(body), context);
const refusedAnswer = (body: string | object, parts: TargetParts = {}) => failureOf<TokenFault>(read(body, parts));

/** The answer without some of its members. */
const without = (...names: (keyof typeof TOKENS)[]) =>
  Object.fromEntries(Object.entries(TOKENS).filter(([name]) => !names.includes(name as keyof typeof TOKENS)));

describe('A token answer', () => {
  it('gives tokens, type, lifetime and scope', async () => {
    const grant = await read(TOKENS);
    expect([grant.accessToken.reveal(), grant.refreshToken!.reveal()]).toEqual(['at-1', 'rt-1']);
    expect(grant).toMatchObject({
      tokenType: 'Bearer',
      refreshTokenKept: false,
      expiresInSeconds: 3600,
      refreshTokenExpiresInSeconds: null,
      scope: 'read write',
      captured: {},
    });
  });

  it('does not print its tokens', async () => {
    const grant = await read(TOKENS);
    expect(inspect(grant) + JSON.stringify(grant)).not.toMatch(/at-1|rt-1/);
  });

  it('reads the same after a journey through JSON', async () => {
    const kept = JSON.parse(JSON.stringify(answerOf(TOKENS)));
    expect((await readAnswer(targetAt(AS), kept, { previous })).accessToken.reveal()).toBe('at-1');
  });

  it('D009, G4 keeps members that nobody knows, newer over older, and neither of the tokens', async () => {
    const context = { previous: { ...previous, captured: { principal: 'old@example.com', account_key: '7' } } };
    const { captured } = await read(
      { ...TOKENS, principal: 'new@example.com', id_token: 'not.a.jwt', deep: { a: [1] } },
      {},
      context,
    );
    expect(captured).toEqual({
      principal: 'new@example.com',
      account_key: '7',
      id_token: 'not.a.jwt',
      deep: { a: [1] },
    });
  });

  it('keeps what came with the code', async () => {
    const callback = { code: new Secret('c'), parameters: { realmId: '42' } };
    expect((await read(TOKENS, {}, { requestedScopes: [], callback })).captured).toEqual({ realmId: '42' });
  });

  it.each([
    ['absent', undefined, null],
    ['null', null, null],
    ['a number', 3600, 3600],
    ['a string', '3600', 3600],
    ['a fraction', 3599.9, 3599],
    ['zero', 0, null],
    ['negative', -1, null],
    ['absurd', 1e13, null],
    ['no number', 'soon', null],
    ['empty', '', null],
    ['an object', {}, null],
  ])('D010 takes an expires_in that is %s for what it is, and guesses nothing', async (_what, given, seconds) => {
    expect((await read({ ...TOKENS, expires_in: given })).expiresInSeconds).toBe(seconds);
  });

  it('D010 has the manifest’s lifetime where the answer has none', async () => {
    const lifetimes = { accessTokenSeconds: 7_200, refreshTokenSeconds: 86_400 };
    const grant = await read(without('expires_in'), { lifetimes });
    expect([grant.expiresInSeconds, grant.refreshTokenExpiresInSeconds]).toEqual([7_200, 86_400]);
    expect((await read(TOKENS, { lifetimes })).expiresInSeconds).toBe(3_600);
  });

  it.each([
    ['milliseconds', 3_600_000],
    ['epoch_seconds', Date.parse('2026-01-01T01:00:00Z') / 1000],
    ['epoch_milliseconds', String(Date.parse('2026-01-01T01:00:00Z'))],
    ['iso8601', '2026-01-01T01:00:00Z'],
  ] as const)('finds its end where and as the manifest says: %s', async (as, value) => {
    const answer = { expires: { at: '/meta/end', as } };
    expect((await read({ ...TOKENS, meta: { end: value } }, { answer })).expiresInSeconds).toBe(3_600);
  });

  it('knows when the refresh token ends, if it is told', async () => {
    expect((await read({ ...TOKENS, refresh_token_expires_in: '86400' })).refreshTokenExpiresInSeconds).toBe(86_400);
    const answer = { refreshTokenExpires: { at: '/x_refresh_token_expires_in' } };
    expect((await read({ ...TOKENS, x_refresh_token_expires_in: 5 }, { answer })).refreshTokenExpiresInSeconds).toBe(5);
  });

  it.each(['bearer', 'BEARER', 'Bearer'])('D011 is of a known type, whatever its case: %s', async (token_type) => {
    expect((await read({ ...TOKENS, token_type })).tokenType).toBe('Bearer');
  });

  it.each(['mac', 'DPoP', 'N_A'])('D011 is not used if its type is unknown: %s', async (token_type) => {
    expect(await refusedAnswer({ ...TOKENS, token_type })).toMatchObject({
      code: 'token_type_unknown',
      owner: 'provider',
    });
  });

  it('D011 has the types that the manifest accepts, and the one that it means by none', async () => {
    const answer = { acceptedTokenTypes: ['bearer', 'Zoho-oauthtoken'] };
    expect((await read({ ...TOKENS, token_type: 'zoho-OAuthToken' }, { answer })).tokenType).toBe('Zoho-oauthtoken');
    expect(
      await refusedAnswer({ ...TOKENS, token_type: 'bearer' }, { answer: { acceptedTokenTypes: ['OAuth2'] } }),
    ).toMatchObject({
      code: 'token_type_unknown',
    });
    expect(await refusedAnswer(without('token_type'))).toMatchObject({ code: 'answer_incomplete' });
    expect((await read(without('token_type'), { answer: { tokenTypeWhenAbsent: 'bearer' } })).tokenType).toBe('Bearer');
  });

  it('D012 has the scope that was asked for if it is silent, and the granted one if it isn’t', async () => {
    const context = { requestedScopes: ['read', 'write'] };
    expect((await read(without('scope'), {}, context)).scope).toBe('read write');
    expect((await read({ ...TOKENS, scope: 'read' }, {}, context)).scope).toBe('read');
    expect((await read(without('scope'), {}, { previous })).scope).toBe('read write');
    expect((await read(without('scope'), {}, { requestedScopes: [] })).scope).toBeNull();
  });

  it('D012 has its scopes separated by spaces, however they came', async () => {
    expect((await read({ ...TOKENS, scope: 'repo, gist,' }, { answer: { scopeSeparator: ',' } })).scope).toBe(
      'repo gist',
    );
    expect((await read({ ...TOKENS, scope: ['a', 'b'] })).scope).toBe('a b');
  });

  it('D013 replaces the old refresh token by the new one at once', async () => {
    const grant = await read(TOKENS);
    expect([grant.refreshToken!.reveal(), grant.refreshTokenKept]).toEqual(['rt-1', false]);
  });

  it.each([undefined, null, ''])(
    'D013 keeps the old refresh token when the answer has none (%j)',
    async (refresh_token) => {
      const grant = await read({ ...TOKENS, refresh_token }, { lifetimes: { refreshTokenSeconds: 5 } });
      expect([grant.refreshToken!.reveal(), grant.refreshTokenKept]).toEqual(['rt-0', true]);
      expect(grant.refreshTokenExpiresInSeconds).toBeNull();
    },
  );

  it('D013 keeps none that the manifest calls gone, and none at the first exchange', async () => {
    const gone = await read(without('refresh_token'), { refresh: { refreshTokenWhenAbsent: 'gone' } });
    const first = await read(without('refresh_token'), {}, { requestedScopes: [] });
    expect([gone.refreshToken, gone.refreshTokenKept, first.refreshToken, first.refreshTokenKept]).toEqual([
      null,
      false,
      null,
      false,
    ]);
  });

  it('is found where the manifest says', async () => {
    const answer = {
      accessToken: '/data/access',
      refreshToken: '/data/refresh',
      tokenType: '/data/type',
      scope: '/data/scopes',
      captures: { advertiser: '/data/ids/0' },
    };
    const body = { code: 0, data: { access: 'at-2', refresh: 'rt-2', type: 'bearer', scopes: 'a', ids: ['x'] } };
    const grant = await read(body, { answer });
    expect([grant.accessToken.reveal(), grant.refreshToken!.reveal(), grant.scope]).toEqual(['at-2', 'rt-2', 'a']);
    expect(grant.captured).toEqual({ code: 0, data: { ids: ['x'] }, advertiser: 'x' });
  });

  it('may be a form, where the manifest says so', async () => {
    const body = 'access_token=at-3&token_type=bearer&expires_in=60&scope=a+b';
    const grant = await read(body, { answer: { encoding: 'form' } });
    expect([grant.accessToken.reveal(), grant.expiresInSeconds, grant.scope]).toEqual(['at-3', 60, 'a b']);
    expect(await refusedAnswer('<html>x=y</html>', { answer: { encoding: 'form' } })).toMatchObject({
      code: 'answer_unreadable',
    });
  });

  it('is JSON whatever it calls itself, and with any positive status', async () => {
    const answer = answerOf(TOKENS, { status: 201, headers: { 'content-type': 'text/html' } });
    expect((await readAnswer(targetAt(AS), answer, { previous })).accessToken.reveal()).toBe('at-1');
  });
});

describe('An answer that brings no token', () => {
  it.each([
    ['without access_token', without('access_token'), 'answer_incomplete'],
    ['with an access_token that is no text', { ...TOKENS, access_token: 7 }, 'answer_incomplete'],
    ['with an empty access_token', { ...TOKENS, access_token: '' }, 'answer_incomplete'],
    ['with a refresh_token that is no text', { ...TOKENS, refresh_token: { a: 1 } }, 'answer_incomplete'],
    ['with a web page', '<html>Welcome</html>', 'answer_unreadable'],
    ['with nothing', '', 'answer_unreadable'],
    ['with a list', [TOKENS], 'answer_unreadable'],
    ['with half of it', '{"access_token":"at-', 'answer_unreadable'],
  ])('D133 changes nothing: 200 %s', async (_what, body, code) => {
    const fault = await refusedAnswer(body);
    expect(fault).toMatchObject({ owner: 'provider', permanent: false, code, reachedProvider: true });
    expect(fault.trace).toHaveLength(1);
  });

  it('D133 is a refusal where a 200 has an error inside', async () => {
    const fault = await refusedAnswer({ error: 'invalid_grant', error_description: 'Token has been revoked.' });
    expect(fault).toMatchObject({ owner: 'grant', permanent: true, oauthError: 'invalid_grant' });
    expect(fault.detail).toBe('The provider answered 200 invalid_grant: Token has been revoked.');
  });

  it('is a refusal where the manifest’s sign of success is missing', async () => {
    const answer = { shows: [{ at: '/ok', equals: true }], error: '/why' };
    expect(await refusedAnswer({ ok: false, why: 'invalid_client' }, { answer })).toMatchObject({ owner: 'client' });
    expect(await refusedAnswer({ ok: false }, { answer })).toMatchObject({
      owner: 'provider',
      code: 'answer_says_failure',
    });
    expect((await read({ ...TOKENS, ok: true }, { answer })).tokenType).toBe('Bearer');
  });

  it('says what the provider’s own codes mean, by the manifest', async () => {
    const { manifest } = new Catalogue().find('github')!;
    const target = { ...targetAt(AS), manifest };
    const owners = [
      'bad_verification_code',
      'incorrect_client_credentials',
      'redirect_uri_mismatch',
      'something_new',
    ].map(async (error) =>
      failureOf<TokenFault>(readAnswer(target, answerOf({ error }, { step: 'exchange' }), {})).then(
        ({ owner, oauthError }) => [owner, oauthError],
      ),
    );
    expect(await Promise.all(owners)).toEqual([
      ['grant', 'invalid_grant'],
      ['client', 'invalid_client'],
      ['configuration', 'invalid_request'],
      ['provider', 'something_new'],
    ]);
  });

  it('never shows a token or a secret, wherever the provider put it', async () => {
    const bodies = [
      { error: 'invalid_grant', error_description: 'rt-0 is unknown to client with s3cret' },
      { error: 's3cret', error_description: 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9' },
      { ...TOKENS, token_type: 'mac' },
      without('access_token'),
      '{"access_token":"at-1", broken',
    ];
    for (const body of bodies) {
      const fault = await refusedAnswer(body);
      expect(inspect(fault, { depth: 10 }) + JSON.stringify(fault)).not.toMatch(/rt-0|rt-1|at-1|s3cret|eyJhbGciOi/);
    }
  });
});
