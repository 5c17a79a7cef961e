import { describe, expect, it } from '@jest/globals';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import { scriptedEndpoint } from '../../../../test/support/scripted-endpoint.js';
import type { Misbehaviour, ScriptedAnswer } from '../../../../test/support/scripted-server.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RevocationReceipt } from './revocation-receipt.js';
import { SecondSecret } from './either-client.js';
import type { RevocableTokens } from './token-revocation.js';

const played = scriptedEndpoint({ timeoutMs: 2_000 });

const both: RevocableTokens = { accessToken: new Secret('at-1'), refreshToken: new Secret('rt-1') };
const form = {
  encoding: 'form',
  parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' },
} as const;

const introspecting = (): OAuthTarget =>
  targetAt(played.server.url, {
    revoke: { request: { url: `${played.server.url}/revoke`, body: form }, effect: 'token' },
    introspect: { request: { url: `${played.server.url}/introspect`, body: form } },
  });

const testing = (): OAuthTarget =>
  targetAt(played.server.url, {
    revoke: { request: { url: `${played.server.url}/revoke`, body: form }, effect: 'token' },
    use: { baseUrls: [played.server.url] },
    test: { request: { url: `${played.server.url}/me` } },
  });

async function proved(
  target: OAuthTarget,
  script: (ScriptedAnswer | Misbehaviour)[],
  tokens = both,
): Promise<RevocationReceipt> {
  played.server.answers(...script);
  const receipt = await played.endpoint.revoke(target, tokens);
  return played.endpoint.proveRevocation(target, { tokens, receipt });
}

const active = (is: unknown): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({ active: is, exp: 4_000_000_000 }),
});
const ok: ScriptedAnswer = { status: 200 };

describe('the proof of a revocation', () => {
  it('D122 is asked for by POST, authenticated, once for each token', async () => {
    await proved(introspecting(), [ok, ok, active(false), active(false)]);
    const asked = played.server.requests.slice(2);
    expect(asked.map(({ method, url }) => [method, url])).toEqual([
      ['POST', '/introspect'],
      ['POST', '/introspect'],
    ]);
    expect(asked.every(({ headers }) => headers.authorization?.startsWith('Basic '))).toBe(true);
    expect(asked.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual(['rt-1', 'at-1']);
  });

  it('D122 takes active=false for a dead token, and nothing for one that was left out', async () => {
    const receipt = await proved(introspecting(), [ok, ok, active(false), active(false)]);
    expect(receipt).toMatchObject({
      outcome: 'revoked',
      proof: { by: 'introspection', dead: ['refresh_token', 'access_token'], alive: [] },
      notProved: [],
    });
    const partly = await proved(introspecting(), [ok, ok, active(false), active('no')]);
    expect(partly).toMatchObject({ outcome: 'revoked', notProved: ['access_token'] });
  });

  it('D122, D130 is asked for with the second client secret once the first was refused, and with that from then on', async () => {
    const refused: ScriptedAnswer = { status: 401, body: { error: 'invalid_client' } };
    const second = new SecondSecret(new Secret('second'));
    const receipt = await proved({ ...introspecting(), second }, [ok, ok, refused, active(false), active(false)]);
    expect(receipt).toMatchObject({ outcome: 'revoked', notProved: [] });
    const sent = played.server.requests.slice(2).map(({ headers }) => headers.authorization);
    const by = (secret: string) => `Basic ${Buffer.from(`client-1:${secret}`).toString('base64')}`;
    expect(sent).toEqual([by('s3cret'), by('second'), by('second')]);
    expect(second.verdict).toBe('accepted');
    const unsaid = new SecondSecret(new Secret('second'));
    await proved({ ...introspecting(), second: unsaid }, [ok, ok, refused, ok, active(false)]);
    expect(unsaid.verdict).toBe('unsaid');
  });

  it('D123 is asked for anew each time, whatever exp an answer before had', async () => {
    const first = await proved(introspecting(), [ok, ok, active(true), active(true)]);
    const second = await proved(introspecting(), [ok, ok, active(false), active(false)]);
    expect([first.outcome, second.outcome]).toEqual(['unproved', 'revoked']);
  });

  it('D124 is asked for only where the manifest has introspection, and only after the revocation', async () => {
    const { introspect: _left, ...manifest } = introspecting().manifest;
    const receipt = await proved({ ...introspecting(), manifest: { ...manifest, introspect: null } }, [ok, ok]);
    expect(played.server.requests.map(({ url }) => url)).toEqual(['/revoke', '/revoke']);
    expect(receipt).toMatchObject({ outcome: 'revoked', proof: null, notProved: ['refresh_token', 'access_token'] });
  });

  it('makes a confirmation worth nothing whose token still lives', async () => {
    expect(await proved(introspecting(), [ok, ok, active(false), active(true)])).toMatchObject({
      outcome: 'unproved',
      proof: { alive: ['access_token'] },
      notProved: ['access_token'],
    });
  });

  it('makes a confirmation needless where every doubtful token is dead', async () => {
    const accepted: ScriptedAnswer = { status: 202 };
    expect(await proved(introspecting(), [accepted, accepted, active(false), active(false)])).toMatchObject({
      outcome: 'revoked',
      notProved: [],
    });
    expect(await proved(introspecting(), [accepted, ok, { status: 500 }, active(false)])).toMatchObject({
      outcome: 'unproved',
      notProved: ['refresh_token'],
    });
  });

  it('is not asked for while the provider has not answered', async () => {
    const receipt = await proved(introspecting(), [{ status: 503 }, { status: 503 }]);
    expect(receipt).toMatchObject({ outcome: 'pending', proof: null });
    expect(played.server.requests).toHaveLength(2);
  });

  it('is a call with the token where there is no introspection: refused is dead, taken is alive, anything else is nothing', async () => {
    const outcomes: unknown[] = [];
    for (const status of [401, 200, 403, 500]) {
      const { outcome, proof, notProved } = await proved(testing(), [ok, ok, { status }]);
      outcomes.push([status, outcome, proof?.dead ?? null, notProved]);
    }
    expect(outcomes).toEqual([
      [401, 'revoked', ['access_token'], ['refresh_token']],
      [200, 'unproved', [], ['refresh_token', 'access_token']],
      [403, 'revoked', null, ['refresh_token', 'access_token']],
      [500, 'revoked', null, ['refresh_token', 'access_token']],
    ]);
  });

  it('leaves no token in the receipt', async () => {
    const receipt = await proved(introspecting(), [ok, ok, active(true), active(false)]);
    expect(JSON.stringify(receipt)).not.toMatch(/at-1|rt-1|s3cret/);
  });
});
