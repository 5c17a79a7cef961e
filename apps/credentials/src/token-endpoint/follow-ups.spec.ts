import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { TokenFault } from './token-fault.js';
import type { TokenGrant } from './token-grant.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const grant: TokenGrant = {
  accessToken: new Secret('at-1'),
  tokenType: 'Bearer',
  refreshToken: new Secret('rt-1'),
  refreshTokenKept: false,
  expiresInSeconds: 3_600,
  refreshTokenExpiresInSeconds: null,
  scope: 'read',
  namedTokens: {},
  captured: { region: 'eu' },
};

type FollowUpParts = NonNullable<TargetParts['followUps']>[number];

const follow = (
  parts: Omit<FollowUpParts, 'request'> & { request?: object },
  after: 'exchange' | 'refresh' = 'exchange',
) => {
  const followUps = [{ ...parts, request: { url: `${played.server.url}/metadata`, ...parts.request } }];
  return played.endpoint.followUp(targetAt(played.server.url, { followUps }), grant, after);
};

describe('A follow-up request', () => {
  it('goes out with the new token and adds what it is asked to capture', async () => {
    played.server.answers({ body: { dc: 'us19', login: { name: 'x' } } });
    const { grant: followed, trace } = await follow({ captures: { dc: '/dc' }, shows: [{ at: '/dc', present: true }] });
    expect(played.server.onlyRequest).toMatchObject({
      method: 'GET',
      url: '/metadata',
      headers: { authorization: 'Bearer at-1' },
    });
    expect(followed).toEqual({ ...grant, captured: { region: 'eu', dc: 'us19' } });
    expect(trace).toMatchObject([{ step: 'follow_up', status: 200 }]);
  });

  it('follows only what it is to follow', async () => {
    played.server.answers({ body: {} });
    expect((await follow({}, 'refresh')).grant).toBe(grant);
    expect(played.server.requests).toHaveLength(0);
    await follow({ after: ['refresh'] }, 'refresh');
    expect(played.server.requests).toHaveLength(1);
  });

  it('can see what one before it captured', async () => {
    played.server.answers({ body: { id: 't-1' } });
    const target = targetAt(played.server.url, {
      followUps: [
        { request: { url: `${played.server.url}/first` }, captures: { tenant: '/id' } },
        { request: { url: `${played.server.url}/second`, headers: { 'x-tenant': '{{ captured.tenant }}' } } },
      ],
    });
    await played.endpoint.followUp(target, grant, 'exchange');
    expect(played.server.requests[1]!.headers['x-tenant']).toBe('t-1');
  });

  it.each([
    ['a refusal', { status: 403, body: { error: 'scope' } }],
    ['an answer without what is captured', { body: { other: 1 } }],
    ['no JSON', { body: '<html>' }],
  ])('ends the consent on %s, unless it may be missing', async (_what, answer) => {
    played.server.answers(answer);
    expect(await failureOf<TokenFault>(follow({ captures: { dc: '/dc' } }))).toMatchObject({
      code: 'follow_up_failed',
      owner: 'provider',
    });
    const { grant: followed, trace } = await follow({ captures: { dc: '/dc' }, required: false });
    expect(followed).toEqual(grant);
    expect(trace).toHaveLength(1);
  });

  it('never costs a refresh its tokens', async () => {
    played.server.answers({ status: 500 });
    const { grant: followed } = await follow({ after: ['refresh'], captures: { dc: '/dc' } }, 'refresh');
    expect(followed).toEqual(grant);
  });

  it('can bring a better token in place of the first one', async () => {
    played.server.answers({ body: { access_token: 'long', token_type: 'bearer', expires_in: 5_184_000 } });
    const { grant: followed } = await follow({
      replacesTokens: true,
      request: {
        authentication: 'none',
        query: { grant_type: 'fb_exchange_token', fb_exchange_token: '{{ access_token }}' },
      },
    });
    expect(played.server.onlyRequest.url).toBe('/metadata?grant_type=fb_exchange_token&fb_exchange_token=at-1');
    expect(followed.accessToken.reveal()).toBe('long');
    expect(followed).toMatchObject({ expiresInSeconds: 5_184_000, scope: 'read', captured: { region: 'eu' } });
  });
});
