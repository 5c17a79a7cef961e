import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { failureOf } from '../../../../test/support/failure.js';
import { answerOf, targetAt, type TargetParts } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import { rehearse } from './rehearsal.js';
import type { TokenFault } from './token-fault.js';

const played = scriptedEndpoint({ timeoutMs: 10_000 });

const ANSWER = {
  device_code: 'device-code-1',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://as.example/device',
  verification_uri_complete: 'https://as.example/device?user_code=WDJB-MJHT',
  expires_in: 1800,
  interval: 7,
};
const target = (device: object = {}, parts: TargetParts = {}) =>
  targetAt(played.server.url, {
    grant: 'device_code',
    authorize: { url: undefined },
    device: { url: `${played.server.url}/device`, ...device },
    ...parts,
  });
const read = (changes: object, device: object = {}) =>
  played.endpoint.readDevice(target(device), answerOf({ ...ANSWER, ...changes }));

describe('The device authorization (RFC 8628)', () => {
  it('D076 is asked for with client_id and scope, by POST, the client proven as at the token endpoint', async () => {
    played.server.answers({ body: ANSWER });
    await played.endpoint.sendDevice(target({ body: { parameters: { audience: 'x' } } }), ['a', 'b']);
    const { method, url, headers, body } = played.server.onlyRequest;
    expect([method, url, headers.authorization]).toEqual(['POST', '/device', expect.stringMatching(/^Basic /)]);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      client_id: 'client-1',
      scope: 'a b',
      audience: 'x',
    });
  });

  it('D076 needs all of its four members, an address among them that can be shown as a link', async () => {
    const { deviceCode, ...shown } = await read({});
    expect(deviceCode.reveal()).toBe('device-code-1');
    expect(shown).toEqual({
      userCode: 'WDJB-MJHT',
      verificationUri: ANSWER.verification_uri,
      verificationUriComplete: ANSWER.verification_uri_complete,
      expiresInSeconds: 1800,
      intervalSeconds: 7,
    });
    const unfit: object[] = [
      ...['device_code', 'user_code', 'verification_uri', 'expires_in'].map((name) => ({ [name]: undefined })),
      { verification_uri: 'javascript:alert(1)' },
      { verification_uri_complete: 'data:text/html,x' },
      { expires_in: 0 },
    ];
    for (const changes of unfit) {
      const fault = await failureOf<TokenFault>(read(changes));
      expect([changes, fault.code]).toEqual([changes, 'device_answer_incomplete']);
      expect(JSON.stringify([fault.message, fault.members])).not.toContain('device-code-1');
    }
  });

  it('D077 waits five seconds between two polls where the answer names no interval', async () => {
    expect((await read({ interval: undefined })).intervalSeconds).toBe(5);
    expect((await read({ interval: '9' })).intervalSeconds).toBe(9);
    expect((await read({ interval: 0 })).intervalSeconds).toBe(1);
  });

  it('finds its members where the manifest says', async () => {
    const changes = { verification_uri: undefined, verification_url: 'https://as.example/other' };
    const { verificationUri } = await read(changes, { verificationUri: '/verification_url' });
    expect(verificationUri).toBe('https://as.example/other');
  });

  it('passes the provider’s refusal on', async () => {
    const refusal = answerOf({ error: 'invalid_client' }, { status: 401 });
    expect(await failureOf<TokenFault>(played.endpoint.readDevice(target(), refusal))).toMatchObject({
      owner: 'client',
    });
  });

  it('repeats the scopes in its polls where the manifest says so', async () => {
    played.server.answers({ body: {} });
    const plural = { body: { parameters: { scopes: '{{ scope }}' } } };
    await played.endpoint.sendPoll(target({}, { token: plural }), new Secret('device-code-1'), ['a', 'b']);
    expect(new URLSearchParams(played.server.onlyRequest.body).get('scopes')).toBe('a b');
  });

  it('understands a provider’s own words for waiting and for the end', async () => {
    const errors = { 'not yet': 'authorization_pending', declined: 'access_denied', gone: 'expired_token' } as const;
    for (const [own, meant] of Object.entries(errors)) {
      const answer = answerOf({ message: own }, { status: 400 });
      const dialect = target({}, { answer: { error: '/message', errors } });
      expect(await failureOf<TokenFault>(played.endpoint.readAnswer(dialect, answer, {}))).toMatchObject({
        oauthError: meant,
      });
    }
  });

  it('polls with grant and device code, and masks the code where the request is shown', async () => {
    played.server.answers({ body: {} });
    const answer = await played.endpoint.sendPoll(target(), new Secret('device-code-1'), ['a']);
    expect(Object.fromEntries(new URLSearchParams(played.server.onlyRequest.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'device-code-1',
    });
    expect(JSON.stringify(answer.trace)).not.toContain('device-code-1');
    expect((await rehearse(target(), ['a'])).map(({ step }) => step)).toEqual(['device', 'poll', 'refresh']);
  });
});
