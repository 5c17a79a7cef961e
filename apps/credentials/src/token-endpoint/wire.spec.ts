import { describe, expect, it } from '@jest/globals';
import { Egress } from '@lockkeeper/egress';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { targetAt } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenFault } from './token-fault.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const callback = { code: new Secret('code-1'), parameters: {} };
const codeVerifier = new Secret('verifier-1');
const grant = { refreshToken: new Secret('rt-0'), accessToken: new Secret('at-0') };

describe('What comes back', () => {
  it('is handed over raw, as plain data, with a trace that shows no secret', async () => {
    played.server.answers({ status: 418, headers: { 'retry-after': '7', 'x-other': 'x' }, body: 'any old thing' });
    const target = targetAt(played.server.url, { token: { url: `${played.server.url}/token/s3cret?a=b` } });
    const answer = await played.endpoint.sendRefresh(target, grant);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(answer).toMatchObject({ status: 418, headers: { 'retry-after': '7' }, body: 'any old thing' });
    expect(answer.headers).not.toHaveProperty('x-other');
    expect(Date.parse(answer.receivedAt)).not.toBeNaN();
    expect(answer.trace).toEqual([
      {
        step: 'refresh',
        method: 'POST',
        url: `${played.server.url}/token/***?a=***`,
        status: 418,
        durationMs: expect.any(Number),
        requestHeaders: expect.any(Object),
        requestBody: expect.any(String),
        answerHeaders: expect.any(Object),
        answerBody: expect.any(String),
      },
    ]);
  });

  it('D023 is a redirect where the provider redirects: nothing follows it with the secrets', async () => {
    played.server.answers({ status: 307, headers: { location: `${played.server.url}/elsewhere` } });
    const answer = await played.endpoint.sendExchange(targetAt(played.server.url), { callback, codeVerifier });
    expect([answer.status, played.server.requests.length]).toEqual([307, 1]);
  });

  it('D130 is a fault that may have reached the provider, after a time-out, and nothing is sent again', async () => {
    played.server.answers(() => undefined);
    const fault = await failureOf<TokenFault>(played.endpoint.sendRefresh(targetAt(played.server.url), grant));
    expect(fault).toBeInstanceOf(TokenFault);
    expect(fault).toMatchObject({ owner: 'network', permanent: false, reachedProvider: true, code: 'egress_timeout' });
    expect(fault.trace).toMatchObject([{ step: 'refresh', status: null }]);
    expect(played.server.requests).toHaveLength(1);
  });

  it('is a fault that has not reached the provider, where there was no connection', async () => {
    const closed = await ScriptedServer.start();
    await closed.close();
    const url = closed.url;
    const fault = await failureOf<TokenFault>(played.endpoint.sendRefresh(targetAt(url), grant));
    expect(fault).toMatchObject({ owner: 'network', permanent: false, reachedProvider: false });
  });

  it('D023 is a fault of the provider, where its answer has no end', async () => {
    const small = new Egress({ allowedNetworks: ['127.0.0.0/8'], maxResponseBytes: 1_000 });
    played.server.answers({ body: 'x'.repeat(100_000) });
    const fault = await failureOf<TokenFault>(new TokenEndpoint(small).sendRefresh(targetAt(played.server.url), grant));
    expect(fault).toMatchObject({
      owner: 'provider',
      permanent: false,
      reachedProvider: true,
      code: 'egress_answer_too_large',
    });
    await small.close();
  });

  it('is a fault of the configuration, where the address may not be called', async () => {
    const strict = new Egress();
    const fault = await failureOf<TokenFault>(
      new TokenEndpoint(strict).sendRefresh(targetAt(played.server.url), grant),
    );
    expect(fault).toMatchObject({
      owner: 'configuration',
      permanent: true,
      reachedProvider: false,
      code: 'egress_refused',
    });
    expect(fault.hint).toContain('EGRESS_ALLOWED_NETWORKS');
    await strict.close();
  });
});

describe('A connection to a provider', () => {
  const answered = { body: { access_token: 'at-1', token_type: 'Bearer' } };
  const portsOf = () => played.server.requests.map(({ clientPort }) => clientPort);

  it('is used again by refreshes that may be sent again where nobody knows what became of them', async () => {
    played.server.answers(answered);
    const target = targetAt(played.server.url);
    for (let time = 0; time < 3; time += 1) await played.endpoint.sendRefresh(target, grant);
    // The pool may open another one while an answer is just being handed over, but no third.
    expect(new Set(portsOf()).size).toBeLessThan(3);
  });

  it('is for one refresh, where the manifest would have the user consent again, and for one code', async () => {
    played.server.answers(answered);
    const careful = targetAt(played.server.url, { refresh: { indeterminate: 'reauthorize' } });
    await played.endpoint.sendRefresh(careful, grant);
    await played.endpoint.sendRefresh(careful, grant);
    await played.endpoint.sendExchange(careful, { callback, codeVerifier });
    expect(new Set(portsOf()).size).toBe(3);
    expect(played.server.requests.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
  });

  it('is for one request, once the provider has ended one instead of answering', async () => {
    const target = targetAt(played.server.url);
    played.server.answers(answered, (response) => response.destroy(), answered);
    await played.endpoint.sendRefresh(target, grant);
    const fault = await failureOf<TokenFault>(played.endpoint.sendRefresh(target, grant));
    expect(fault).toMatchObject({ owner: 'network', permanent: false, reachedProvider: true });
    await played.endpoint.sendRefresh(target, grant);
    await played.endpoint.sendRefresh(target, grant);
    expect(played.server.requests.map(({ headers }) => headers.connection)).toEqual([
      ...['keep-alive', 'keep-alive'],
      ...['close', 'close'],
    ]);
  });
});
