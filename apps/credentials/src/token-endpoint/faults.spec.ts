import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt } from '../../../../test/support/oauth-target.js';
import { retryAfterSeconds } from './retry-after.js';
import { readAnswer } from './token-answer.js';
import type { TokenFault } from './token-fault.js';

const faultOf = (body: string | object, rest: Parameters<typeof answerOf>[1]) =>
  failureOf<TokenFault>(readAnswer(targetAt('https://as.example'), answerOf(body, rest), {}));

describe('A fault', () => {
  it.each([
    ['invalid_client', 'client', true],
    ['unauthorized_client', 'client', true],
    ['unsupported_grant_type', 'client', true],
    ['invalid_grant', 'grant', true],
    ['invalid_request', 'configuration', true],
    ['invalid_scope', 'configuration', true],
    ['invalid_target', 'configuration', true],
    ['server_error', 'provider', false],
    ['temporarily_unavailable', 'provider', false],
    ['slow_down', 'provider', false],
    ['a_code_of_its_own', 'provider', false],
  ])('D022 has an owner by its code: %s', async (error, owner, permanent) => {
    for (const status of [400, 401]) {
      const fault = await faultOf({ error }, { status });
      expect(fault).toMatchObject({ owner, permanent, oauthError: error, reachedProvider: true });
      expect(fault.hint!.length).toBeGreaterThan(20);
      expect(fault.members).toEqual({ owner, permanent, oauthError: error });
    }
  });

  const statuses = [400, 401, 403, 404, 429, 500, 502, 503];
  const bodies = [
    ['JSON with a code', { error: 'invalid_grant' }],
    ['JSON without one', { message: 'no' }],
    ['HTML', '<html>Sorry</html>'],
    ['nothing', ''],
  ] as const;

  it.each(statuses.flatMap((status) => bodies.map(([what, body]) => [status, what, body] as const)))(
    'D020 is read from an OAuth error of a 400 or 401 only; anything else passes: %i with %s',
    async (status, what, body) => {
      const fault = await faultOf(body, { status });
      const spelt = (status === 400 || status === 401) && what === 'JSON with a code';
      expect([fault.owner, fault.permanent]).toEqual(spelt ? ['grant', true] : ['provider', false]);
      expect(fault.kind).toBe(spelt ? 'conflict' : 'upstream_failed');
    },
  );

  it('D020 is read from further statuses where the manifest says that this provider’s errors come with them', async () => {
    const target = targetAt('https://as.example', { answer: { errorStatuses: [400, 401, 403] } });
    const fault = await failureOf<TokenFault>(
      readAnswer(target, answerOf({ error: 'invalid_grant' }, { status: 403 }), {}),
    );
    expect(fault.owner).toBe('grant');
  });

  it('D023 tells that the token endpoint redirects, and what to do', async () => {
    const fault = await faultOf('', { status: 307, headers: { location: 'https://elsewhere.example/' } });
    expect(fault).toMatchObject({ owner: 'provider', permanent: false, code: 'token_endpoint_redirects' });
    expect(fault.hint).toContain('manifest');
  });

  it('carries what the provider asks for: how long to wait', async () => {
    expect(await faultOf('', { status: 429, headers: { 'retry-after': '120' } })).toMatchObject({
      retryAfterSeconds: 120,
    });
    expect(await faultOf({ error: 'slow_down' }, { status: 400, headers: { 'retry-after': '5' } })).toMatchObject({
      retryAfterSeconds: 5,
    });
    expect(await faultOf('', { status: 503 })).toMatchObject({ retryAfterSeconds: null });
  });

  it('of a code at the exchange sends nobody to reauthorize whose grant is alive', async () => {
    expect((await faultOf({ error: 'invalid_grant' }, { status: 400, step: 'exchange' })).hint).toContain(
      'A code counts once',
    );
    expect((await faultOf({ error: 'invalid_grant' }, { status: 400, step: 'refresh' })).hint).toContain('reauthorize');
  });
});

describe('Retry-After', () => {
  const receivedAt = '2026-01-01T00:00:00.000Z';
  it.each([
    ['0', 0],
    ['120', 120],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['99999999', 86_400],
    ['soon', null],
    ['-5', null],
    ['', null],
  ])('%j is %j seconds', (text, seconds) => {
    expect(retryAfterSeconds({ headers: { 'retry-after': text }, receivedAt })).toBe(seconds);
  });
});
