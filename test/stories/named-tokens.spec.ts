import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Lockkeeper } from '@lockkeeper/client';
import { type ProblemBody, succeeded } from '../support/api-client.js';
import { type Connected, Desk, type RefreshView, type TokenView, tokenPath } from '../support/desk.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

interface NamedView {
  namedTokens: Record<
    string,
    { version: number; refreshAt: string | null; failures: number; fault: { code: string } | null }
  >;
}

/** A bot's token at the root, and a user's besides: each with its own refresh token, as Slack has it. */
describe('Several tokens in one answer', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let userSeconds = 3600;
  let drawn = 0;
  /** What a refresh of the user's token is answered with instead. */
  let refusal: answers.Behaviour | null = null;

  const userTokens = () => {
    const number = (drawn += 1);
    return { access_token: `user-access-${number}`, refresh_token: `user-refresh-${number}`, token_type: 'user' };
  };
  const dual: answers.Behaviour = (exchange) => {
    const { form } = exchange.request;
    if (form['grant_type'] === 'authorization_code')
      return answers.withMembers({ authed_user: { ...userTokens(), expires_in: userSeconds, scope: 'search' } })(
        exchange,
      );
    if (!form['refresh_token']?.startsWith('user-refresh-')) return exchange.behave();
    return (refusal ?? answers.answer(200, { ...userTokens(), expires_in: 3600, scope: 'search' }))(exchange);
  };

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ credentialsReplicas: 2 }), Provider.start()]);
    desk = new Desk(system);
    for (const [slug, effect] of [
      ['chat', 'token'],
      ['family', 'family'],
    ] as const)
      await desk.registerManifest(slug, provider, manifestOf(effect));
    provider.always('token', dual);
  });
  const manifestOf = (effect: 'token' | 'family') => ({
    answer: {
      acceptedTokenTypes: ['Bearer', 'user'],
      namedTokens: {
        user: {
          accessToken: '/authed_user/access_token',
          refreshToken: '/authed_user/refresh_token',
          tokenType: '/authed_user/token_type',
          expires: { at: '/authed_user/expires_in' },
          scope: '/authed_user/scope',
        },
      },
    },
    refresh: { indeterminate: 'reauthorize' },
    revoke: {
      request: {
        url: provider.address('revoke'),
        body: { encoding: 'form', parameters: { token: '{{ token }}' } },
      },
      effect,
    },
    use: { baseUrls: [provider.address('api')] },
  });
  afterEach(() => {
    userSeconds = 3600;
    refusal = null;
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const named = async (connection: Connected, query = ''): Promise<TokenView> =>
    succeeded(await desk.read(connection, `?token=user${query}`));
  const userRefreshes = () =>
    provider.tokenRequests('refresh_token').filter(({ form }) => form['refresh_token']!.startsWith('user-'));

  it('are read by their names, each with its own type, scope and expiry', async () => {
    const connection = await desk.connect('chat');
    const [own, user] = [await desk.reads(connection, 1), await named(connection)];
    expect(user).toMatchObject({
      accessToken: expect.stringMatching(/^user-access-/),
      tokenType: 'user',
      scope: 'search',
    });
    expect(own.accessToken).not.toBe(user.accessToken);
    const { status, body } = await desk.read(connection, '?token=nobody');
    expect([status, body.code]).toEqual([404, 'token_unknown']);
    expect(body.detail).toContain('user');
  });

  it('rotate each in its own time and by its own refresh token, which is spent once however many replicas look', async () => {
    const events = await system.listenTo('chat');
    userSeconds = 10;
    const before = userRefreshes().length;
    const connection = await desk.connect('chat');
    const own = await desk.reads(connection, 1);
    const first = (await named(connection)).accessToken;
    const rotated = await eventually(
      async () => {
        const token = await named(connection);
        return token.accessToken !== first && token;
      },
      { what: 'the user’s token was rotated' },
    );
    expect(rotated).toMatchObject({ version: 2 });
    expect((await desk.reads(connection, 2)).accessToken).toBe(own.accessToken);
    expect(userRefreshes().length - before).toBe(1);
    const event = await events.hears('token.rotated', ({ subject }) => subject === connection.id);
    expect(event.data).toMatchObject({ version: 2, token: 'user', expiresAt: rotated.expiresAt });
    // Its own, and not that of the token beside it, which stayed what it was.
    const authorized = await events.hears('connection.authorized', ({ subject }) => subject === connection.id);
    expect(event.data.fingerprint).toMatch(/^.{8,}$/);
    expect(event.data.fingerprint).not.toBe(authorized.data.fingerprint);
    const [intent] = await rowsOf<{ token_name: string; outcome: string }>(
      system.databases.credentialsDatabaseUrl,
      'SELECT token_name, outcome FROM refresh_ledger WHERE connection_id = $1',
      [connection.id],
    );
    expect(intent).toEqual({ token_name: 'user', outcome: 'applied' });
  });

  it('leave one another alone when one of them is refreshed by hand or by a consumer', async () => {
    const connection = await desk.connect('chat');
    const [own, user] = [await desk.reads(connection, 1), await named(connection)];
    const consumer = await desk.consumerOf('chat');
    const asked = await consumer.post<RefreshView>(`${tokenPath(connection)}/refresh`, {
      supersedes: 1,
      token: 'user',
    });
    expect(succeeded(asked)).toMatchObject({ outcome: 'rotated', version: 2 });
    const fresh = await named(connection, '&minVersion=2');
    expect(fresh.accessToken).not.toBe(user.accessToken);
    expect((await desk.reads(connection, 2)).accessToken).toBe(own.accessToken);
    expect(userRefreshes().at(-1)!.form['refresh_token']).toBe(user.accessToken.replace('access', 'refresh'));

    await desk.refresh(connection);
    expect((await desk.reads(connection, 3)).accessToken).not.toBe(own.accessToken);
    expect((await named(connection)).accessToken).toBe(fresh.accessToken);
  });

  it('travel by name: a call says which one', async () => {
    const connection = await desk.connect('chat');
    const { accessToken } = await named(connection);
    const consumer = await desk.consumerOf('chat');
    await consumer.post('/v1/requests', { apiService: 'chat', user: connection.user, url: '/', token: 'user' });
    const sent = provider.requestsTo('api').map(({ headers }) => headers.authorization);
    expect(sent).toContain(`Bearer ${accessToken}`);
  });

  it('are listed by their names, without the tokens, and exchanged by type at the standard’s own door', async () => {
    const connection = await desk.connect('chat');
    const user = await named(connection);
    const consumer = await desk.consumerOf('chat');
    const listed = await consumer.get<{ items: { connectionId: string; namedTokens: object[] }[] }>(
      '/v1/tokens?limit=1000',
    );
    const item = succeeded(listed).items.find(({ connectionId }) => connectionId === connection.id)!;
    expect(item.namedTokens).toEqual([
      { name: 'user', version: 1, tokenType: 'user', scope: 'search', expiresAt: user.expiresAt },
    ]);
    const exchange = (type: string) =>
      consumer.postForm('/oauth/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: connection.id,
        subject_token_type: 'urn:lockkeeper:params:oauth:token-type:connection',
        requested_token_type: type,
      });
    const type = 'urn:lockkeeper:params:oauth:token-type:access_token:user';
    expect(succeeded(await exchange(type))).toMatchObject({
      access_token: user.accessToken,
      issued_token_type: type,
      scope: 'search',
    });
    for (const wrong of [`${type}s`, 'urn:ietf:params:oauth:token-type:jwt', `${type}:x`])
      expect(await exchange(wrong)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('are kept apart by the SDK, and mended by name when an API refuses them', async () => {
    const connection = await desk.connect('chat');
    const made = await system.tokensAdmin.post<{ key: string }>('/v1/consumers', {
      name: 'a program',
      entitlements: [{ apiService: 'chat' }],
    });
    const { key } = succeeded(made);
    using lockkeeper = new Lockkeeper({ url: system.accessTokensUrl, key: () => Promise.resolve(key), listen: false });
    const [own, user] = [
      await lockkeeper.token('chat', connection.user),
      await lockkeeper.token('chat', connection.user, { name: 'user' }),
    ];
    expect([own.accessToken, user.tokenType]).toEqual([(await desk.reads(connection, 1)).accessToken, 'user']);
    const api = await ScriptedServer.start();
    try {
      api.answers({ status: 401 }, { status: 200, body: { ok: true } });
      const response = await lockkeeper.fetch('chat', connection.user, api.url, { tokenName: 'user' });
      expect(response.status).toBe(200);
      const sent = api.requests.map(({ headers }) => headers.authorization);
      // As the manifest has it, and the proxy does it: what the provider calls the token is no scheme.
      expect(sent[0]).toBe(`Bearer ${user.accessToken}`);
      expect(sent[1]).toBe(`Bearer ${(await named(connection, '&minVersion=2')).accessToken}`);
      expect(sent[1]).not.toBe(sent[0]);
      expect((await lockkeeper.token('chat', connection.user, { minVersion: 2 })).accessToken).toBe(own.accessToken);
    } finally {
      await api.close();
    }
  });

  it('are all revoked and replaced when one of them may be in the wrong hands, also when another one is newer', async () => {
    const connection = await desk.connect('chat');
    const [own, user] = [await desk.reads(connection, 1), await named(connection)];
    const consumer = await desk.consumerOf('chat');
    await consumer.post(`${tokenPath(connection)}/refresh`, { supersedes: 1, token: 'user' });
    const newer = await named(connection, '&minVersion=2');
    expect(newer.accessToken).not.toBe(user.accessToken);
    // Version 2 is the user's token alone: the connection's own of version 1 is in use still.
    const report = { version: 1, reason: 'exposed' };
    const reported = await consumer.post<{ outcome: string; version: number }>(
      `${tokenPath(connection)}/reports`,
      report,
    );
    expect(succeeded(reported)).toMatchObject({ outcome: 'rotated' });
    const [replaced, other] = [await desk.reads(connection, 4), await named(connection, '&minVersion=4')];
    expect(replaced.accessToken).not.toBe(own.accessToken);
    expect(other.accessToken).not.toBe(newer.accessToken);
    for (const { accessToken } of [own, newer])
      await eventually(() => provider.tokensToRevoke().includes(accessToken), { what: 'what was exposed is revoked' });
    expect(provider.tokensToRevoke()).not.toContain(replaced.accessToken);
    expect(provider.tokensToRevoke()).not.toContain(other.accessToken);

    await consumer.post(`${tokenPath(connection)}/reports`, report);
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 4 });
  });

  it('fail and end by themselves: the others live on', async () => {
    const connection = await desk.connect('chat');
    await named(connection);
    refusal = answers.unavailable();
    const refresh = await system.admin.post<RefreshView>(`/v1/connections/${connection.id}/refresh`, { token: 'user' });
    expect(succeeded(refresh)).toMatchObject({ status: 'active', version: 1 });
    const look = async () =>
      succeeded(await system.admin.get<NamedView>(`/v1/connections/${connection.id}`)).namedTokens;
    expect((await look())['user']).toMatchObject({ failures: 1, fault: { code: 'provider_failed' } });

    refusal = answers.oauthError('invalid_grant');
    await system.admin.post(`/v1/connections/${connection.id}/refresh`, { token: 'user' });
    expect((await look())['user']).toMatchObject({ refreshAt: null, fault: { code: 'invalid_grant' } });
    const gone = await eventually(
      async () => {
        const { status, body } = await desk.read(connection, '?token=user');
        return status === 404 && (body as ProblemBody);
      },
      { what: 'the dead token can’t be read any more' },
    );
    expect(gone.code).toBe('token_unknown');
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    expect((await desk.timeline(connection)).map(({ event }) => event)).toContain('named_token_lapsed');
  });

  const lapsed = async (slug: string) => {
    const connection = await desk.connect(slug);
    const { accessToken } = await named(connection);
    provider.next('token', answers.oauthError('invalid_grant'));
    await desk.refresh(connection);
    expect((await desk.look(connection)).status).toBe('reauthorization_required');
    const sent = () =>
      provider.tokensToRevoke().filter((token) => token.startsWith('user-') && isOf(token, accessToken));
    return { connection, sent, accessToken };
  };
  const isOf = (token: string, accessToken: string) => token.split('-')[2] === accessToken.split('-')[2];
  const receiptsOf = async ({ id }: Connected) => {
    const path = `/v1/connections/${id}/revocations`;
    return succeeded(await system.admin.get<{ items: { cause: string; state: string }[] }>(path)).items;
  };

  it('are revoked at their provider, once, when the grant that they came with dies', async () => {
    const { connection, sent, accessToken } = await lapsed('chat');
    await desk.tells(connection, 'provider_revoked');
    expect(sent()).toEqual([accessToken.replace('access', 'refresh'), accessToken]);
    expect(await receiptsOf(connection)).toMatchObject([{ cause: 'lapsed', state: 'revoked' }]);
  });

  it('are left to their expiry where the provider could not be asked before its user consented anew, whose grant might end with them', async () => {
    provider.next('revoke', answers.unavailable());
    const { connection, sent } = await lapsed('family');
    await desk.tells(connection, 'revocation_pending');
    const asked = sent().length;
    await desk.consent(connection);
    const { detail } = await desk.tells(connection, 'provider_unproved');
    expect(detail).toContain('consented anew');
    expect(sent().length).toBe(asked);
    expect(await receiptsOf(connection)).toMatchObject([{ cause: 'lapsed', state: 'unproved' }]);
    expect((await desk.look(connection)).status).toBe('active');
  });

  it('are sealed in both workspaces, and gone from both with their connection', async () => {
    const connection = await desk.connect('chat');
    const { accessToken } = await named(connection);
    const copies = async () =>
      (await everyRow(system.databases.credentialsDatabaseUrl)) +
      (await everyRow(system.databases.accessTokensDatabaseUrl));
    expect(await copies()).not.toContain(accessToken);
    await desk.revoke(connection);
    await desk.isRefused(connection, 'revoked');
    const { status } = await desk.read(connection, '?token=user');
    expect(status).toBeGreaterThanOrEqual(400);
    const held = await rowsOf(
      system.databases.accessTokensDatabaseUrl,
      'SELECT named_tokens FROM connections WHERE id = $1',
      [connection.id],
    );
    expect(held).toEqual([{ named_tokens: null }]);
  });
});
