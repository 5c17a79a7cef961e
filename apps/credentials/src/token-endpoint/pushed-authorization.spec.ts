import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../../test/support/failure.js';
import { REDIRECT_URI, targetAt, type TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import { type ReceivedRequest } from '../../../../test/support/scripted-server.js';
import type { TokenFault } from './token-fault.js';

const REFERENCE = 'urn:ietf:params:oauth:request_uri:one';
const PUSHED = { status: 201, body: { request_uri: REFERENCE, expires_in: 60 } };
const question = { state: 'state-1', scopes: ['read', 'write'], codeChallenge: 'challenge-1' };

const played = scriptedEndpoint();

const form = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body));
const target = (parts: TargetParts = {}) =>
  targetAt(played.server.url, { pushedAuthorization: { url: `${played.server.url}/par` }, ...parts });

async function pushed(parts: TargetParts = {}): Promise<{ request: ReceivedRequest; url: URL }> {
  played.server.answers(PUSHED);
  const url = await played.endpoint.departureUrl(target(parts), question);
  return { request: played.server.onlyRequest, url };
}

describe('A pushed authorization request', () => {
  it('D115 is a POST with everything that is asked for, the client proven as at the token endpoint', async () => {
    const { request } = await pushed({ authorize: { parameters: { prompt: 'consent' } } });
    expect(request).toMatchObject({ method: 'POST', url: '/par' });
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('client-1:s3cret').toString('base64')}`);
    expect(form(request)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: REDIRECT_URI,
      scope: 'read write',
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
      prompt: 'consent',
    });
    expect(form((await pushed({ clientAuthentication: 'post' })).request)).toMatchObject({
      client_id: 'client-1',
      client_secret: 's3cret',
    });
  });

  it('D116 names no request_uri', async () => {
    expect(form((await pushed()).request)).not.toHaveProperty('request_uri');
  });

  it('D117 goes before each departure where the manifest has it, and is never left out for a failure', async () => {
    await pushed();
    played.server.answers({ status: 503 });
    await failureOf<TokenFault>(played.endpoint.departureUrl(target(), question));
    played.server.answers(PUSHED);
    await played.endpoint.departureUrl(targetAt(played.server.url), question);
    expect(played.server.requests).toHaveLength(0);
  });

  it('D118 leaves client_id and request_uri to the browser, and nothing else', async () => {
    const { url } = await pushed({ authorize: { parameters: { prompt: 'consent' } } });
    expect(url.href.startsWith(`${played.server.url}/authorize?`)).toBe(true);
    expect([...url.searchParams]).toEqual([
      ['client_id', 'client-1'],
      ['request_uri', REFERENCE],
    ]);
  });

  it('D119 gets a reference of its own for each departure', async () => {
    const second = { status: 201, body: { request_uri: `${REFERENCE}-2`, expires_in: 60 } };
    played.server.answers(PUSHED, second);
    const urls = [
      await played.endpoint.departureUrl(target(), question),
      await played.endpoint.departureUrl(target(), { ...question, state: 'state-2' }),
    ];
    expect(urls.map((url) => url.searchParams.get('request_uri'))).toEqual([REFERENCE, `${REFERENCE}-2`]);
    expect(played.server.requests.map((request) => form(request).state)).toEqual(['state-1', 'state-2']);
  });

  it.each([
    [{ status: 401, body: { error: 'invalid_client' } }, 'client'],
    [{ status: 400, body: { error: 'invalid_scope' } }, 'configuration'],
    [{ status: 503, body: 'down' }, 'provider'],
  ])('D121 fails as at the token endpoint: %j', async (answer, owner) => {
    played.server.answers(answer);
    expect(await failureOf<TokenFault>(played.endpoint.departureUrl(target(), question))).toMatchObject({ owner });
    expect(played.server.requests).toHaveLength(1);
  });

  it('is no success without a reference', async () => {
    played.server.answers({ status: 201, body: { expires_in: 60 } });
    const fault = await failureOf<TokenFault>(played.endpoint.departureUrl(target(), question));
    expect(fault).toMatchObject({ code: 'pushed_answer_incomplete' });
  });
});
