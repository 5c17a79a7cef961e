import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import { rehearse } from './rehearsal.js';
import { readAnswer } from './token-answer.js';
import { tokenUse } from './token-use.js';

const CANARY = 'canary-dev-token-5d1e';
const SECRET = '{{ secret.developer_token }}';

const played = scriptedEndpoint({ timeoutMs: 10_000 });

const target = () => ({
  ...targetAt(played.server.url, {
    secrets: { developer_token: { label: 'Developer token' } },
    token: { headers: { accept: `application/json; ${SECRET}` }, body: { parameters: { scope: SECRET } } },
    followUps: [{ request: { url: `${played.server.url}/me`, headers: { 'developer-token': SECRET } } }],
    revoke: { request: { url: `${played.server.url}/revoke`, body: { parameters: { audience: SECRET } } } },
    introspect: { request: { url: `${played.server.url}/introspect`, body: { parameters: { audience: SECRET } } } },
    test: { request: { url: `${played.server.url}/test`, headers: { 'developer-token': SECRET } } },
    use: { headers: { 'x-app': '{{ client_id }}' } },
  }),
  secrets: { developer_token: new Secret(CANARY) },
});
const grant = { accessToken: new Secret('at-1'), refreshToken: new Secret('rt-1'), tokenType: 'Bearer', captured: {} };

describe('A secret of the API service', () => {
  it('is sent with a refresh, and shown in no trace, even where a member or a header is told otherwise', async () => {
    played.server.answers({ status: 400, body: { error: 'invalid_grant', error_description: `not with ${CANARY}` } });
    const answer = await played.endpoint.sendRefresh(target(), grant);
    expect(played.server.requests.at(-1)).toMatchObject({ headers: { accept: `application/json; ${CANARY}` } });
    expect(played.server.requests.at(-1)!.body).toContain(`scope=${CANARY}`);
    expect(JSON.stringify(answer.trace)).not.toContain(CANARY);
    const fault = await readAnswer(target(), answer, {}).catch((error: unknown) => error);
    expect(fault).toMatchObject({ detail: expect.stringContaining('not with') });
    expect((fault as Error & { detail: string }).detail).not.toContain(CANARY);
  });

  it('is sent with a revocation and a test, and shown in no trace', async () => {
    played.server.answers({ body: {} }, { body: {} }, { body: {} });
    const receipt = await played.endpoint.revoke(target(), { ...grant, refreshToken: null });
    expect(played.server.requests.some(({ body }) => body.includes(CANARY))).toBe(true);
    const tested = await played.endpoint.test(target(), { accessToken: grant.accessToken });
    expect(played.server.requests.at(-1)!.headers['developer-token']).toBe(CANARY);
    expect(JSON.stringify([receipt, tested])).not.toContain(CANARY);
  });

  it('takes no part in a dry run, nor in what access-tokens may know', async () => {
    const steps = await rehearse(target(), ['read']);
    const shown = JSON.stringify(steps);
    expect(shown).not.toContain(CANARY);
    expect(steps.find(({ step }) => step === 'test')?.request?.headers['developer-token']).toBe('***');
    expect(JSON.stringify(tokenUse(target(), {}))).not.toContain(CANARY);
  });

  it('is masked in what a provider repeats, where it is the client’s next one or the one before', async () => {
    const [staged, former] = ['s.1+x staged', 'f.1+x former'];
    const other = { ...target(), otherSecrets: [new Secret(staged), new Secret(former)] };
    const body = { error: 'invalid_client', error_description: `neither ${staged} nor ${former} is known` };
    played.server.answers({ status: 401, body });
    const answer = await played.endpoint.sendRefresh(other, grant);
    const fault = (await readAnswer(other, answer, {}).catch((error: unknown) => error)) as { detail: string };
    expect(fault.detail).toContain('neither');
    for (const secret of [staged, former]) expect(fault.detail).not.toContain(secret);
  });
});
