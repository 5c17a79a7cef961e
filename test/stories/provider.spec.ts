import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';

const CALLBACK = 'http://127.0.0.1:9/callback/x';
const VERIFIER = 'v'.repeat(43);

/** The provider that the other stories misbehave with: what it is told must be what it does, or they prove nothing. */
describe('the scripted provider', () => {
  let provider: Provider;

  beforeEach(async () => {
    provider = await Provider.start();
  });
  afterEach(() => provider.stop());

  const post = async (
    door: 'token' | 'revoke',
    form: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, string> }> => {
    const { id, secret } = provider.client;
    const response = await fetch(provider.address(door), {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, body: text ? (JSON.parse(text) as Record<string, string>) : {} };
  };

  const authorize = async (extra: Record<string, string> = {}): Promise<URL> => {
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const query = new URLSearchParams({
      redirect_uri: CALLBACK,
      state: 's',
      code_challenge: challenge,
      scope: 'read',
      ...extra,
    });
    const response = await fetch(`${provider.address('authorize')}?${query}`, { redirect: 'manual' });
    return new URL(response.headers.get('location')!);
  };

  const connect = async (): Promise<Record<string, string>> => {
    const code = (await authorize()).searchParams.get('code')!;
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    return (await post('token', form)).body;
  };

  const refresh = (token: string | undefined): ReturnType<typeof post> =>
    post('token', { grant_type: 'refresh_token', refresh_token: token ?? '' });

  const apiStatus = async (token: string | undefined): Promise<number> =>
    (await fetch(provider.address('api'), { headers: { authorization: `Bearer ${token}` } })).status;

  it('sends the browser back at once, with its issuer if told to', async () => {
    expect((await authorize()).searchParams.get('iss')).toBeNull();
    provider.sendsIssuer = true;
    expect((await authorize()).searchParams.get('iss')).toBe(provider.url);
  });

  it('exchanges a code once, for the verifier and redirect URI that it was issued to', async () => {
    const code = (await authorize()).searchParams.get('code')!;
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    expect((await post('token', { ...form, code_verifier: 'w'.repeat(43) })).body).toEqual({ error: 'invalid_grant' });
    expect((await post('token', { ...form, redirect_uri: `${CALLBACK}y` })).body).toEqual({ error: 'invalid_grant' });
    expect((await post('token', form)).body).toMatchObject({ token_type: 'Bearer', scope: 'read', expires_in: 3600 });
    expect((await post('token', form)).body).toEqual({ error: 'invalid_grant' });
  });

  it('rotates refresh tokens and ends the family when a spent one comes again', async () => {
    const first = await connect();
    const second = (await refresh(first['refresh_token'])).body;
    expect(await apiStatus(second['access_token'])).toBe(200);
    expect((await refresh(first['refresh_token'])).body).toEqual({ error: 'invalid_grant' });
    expect(await apiStatus(second['access_token'])).toBe(401);
  });

  it('keeps the refresh token where it is told to', async () => {
    provider.grants.rules.refreshTokens = 'keep';
    const first = await connect();
    const second = await refresh(first['refresh_token']);
    expect(second.body).not.toHaveProperty('refresh_token');
    expect((await refresh(first['refresh_token'])).status).toBe(200);
  });

  it('revokes an access token in three forms, alone or with its family', async () => {
    const first = await connect();
    await post('revoke', { token: first['access_token']! });
    const second = await connect();
    await fetch(`${provider.address('revoke-by-get')}?token=${second['access_token']}`);
    const third = await connect();
    const form = new URLSearchParams({ oauth_token: third['access_token']! });
    await fetch(provider.address('revoke-by-oauth-token'), { method: 'POST', body: form });
    for (const { access_token: token } of [first, second, third]) expect(await apiStatus(token)).toBe(401);
    expect((await refresh(first['refresh_token'])).status).toBe(200);

    provider.grants.rules.revocationTakes = 'family';
    const fourth = await connect();
    await post('revoke', { token: fourth['access_token']! });
    expect((await refresh(fourth['refresh_token'])).body).toEqual({ error: 'invalid_grant' });
  });

  it('knows one client by one secret', async () => {
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: provider.client.id };
    const withSecret = async (secret: string): Promise<unknown> => {
      const body = new URLSearchParams({ ...form, client_secret: secret });
      return (await fetch(provider.address('token'), { method: 'POST', body })).json();
    };
    const old = provider.client.secret;
    expect(await withSecret(old)).toEqual({ error: 'invalid_grant' });
    const changed = provider.changeClientSecret();
    expect(await withSecret(old)).toEqual({ error: 'invalid_client' });
    expect(await withSecret(changed)).toEqual({ error: 'invalid_grant' });
  });

  it('follows its script for the next requests and then behaves again', async () => {
    const { refresh_token: token } = await connect();
    provider.next('token', answers.unavailable(7), answers.oauthError('invalid_scope'));
    expect((await refresh(token)).status).toBe(503);
    expect((await refresh(token)).body).toMatchObject({ error: 'invalid_scope' });
    expect((await refresh(token)).status).toBe(200);
  });

  it('can act and then say nothing: the refresh token is spent though nobody heard', async () => {
    const { refresh_token: token } = await connect();
    provider.next('token', answers.actAndCloseConnection);
    await expect(refresh(token)).rejects.toThrow();
    expect((await refresh(token)).body).toEqual({ error: 'invalid_grant' });
  });

  it('can close the connection without having done anything', async () => {
    const { refresh_token: token } = await connect();
    provider.next('token', answers.closeConnection);
    await expect(refresh(token)).rejects.toThrow();
    expect((await refresh(token)).status).toBe(200);
  });

  it.each([
    ['hangs', answers.hang],
    ['drips', answers.drip],
  ])('%s until the caller gives up', async (_, behaviour) => {
    provider.next('token', behaviour);
    const signal = AbortSignal.timeout(100);
    const asked = fetch(provider.address('token'), { method: 'POST', signal }).then((response) => response.text());
    await expect(asked).rejects.toThrow('aborted');
  });

  it('waits for the test’s word', async () => {
    const { refresh_token: token } = await connect();
    const gate = answers.held();
    provider.next('token', gate.behaviour);
    const pending = refresh(token);
    await gate.reached;
    gate.release();
    expect((await pending).status).toBe(200);
  });

  it('changes members of its usual answer', async () => {
    const { refresh_token: token } = await connect();
    provider.next('token', answers.withMembers({ expires_in: '60', refresh_token: undefined }));
    const { body } = await refresh(token);
    expect(body).toMatchObject({ expires_in: '60', token_type: 'Bearer' });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('records what it was sent', async () => {
    await refresh('a+b &');
    expect(provider.tokenRequests('refresh_token')).toHaveLength(1);
    expect(provider.requests.at(-1)).toMatchObject({
      door: 'token',
      method: 'POST',
      form: { grant_type: 'refresh_token', refresh_token: 'a+b &' },
      headers: { authorization: expect.stringContaining('Basic ') },
    });
  });
});
