import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

describe('Story 2: rotation that fails', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let events: EventListener;

  beforeAll(async () => {
    const env = { CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '4', CREDENTIALS_LEASE_SECONDS: '8' };
    [system, provider] = await Promise.all([System.start({ env }), Provider.start()]);
    desk = new Desk(system);
    await desk.registerSandbox();
    await desk.registerProvider('five', provider);
    events = await system.listenTo('five');
  });
  afterEach(() => provider.always('token', null));
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const refreshesWith = (refreshToken: string): number =>
    provider.tokenRequests('refresh_token').filter(({ form }) => form['refresh_token'] === refreshToken).length;

  /** Its next try would come after some seconds: on a slow machine before who tries by hand. */
  const notByItself = (connection: Connected) => desk.dueIn(connection, 3600);

  describe('for the grant’s fault', () => {
    it('invalid_grant makes it reauthorization_required, which consumers hear of and read', async () => {
      const connection = await desk.connect('five');
      provider.grants.withdraw('alice');
      const reply = await desk.refresh(connection);
      expect(reply).toMatchObject({
        outcome: 'not_refreshable',
        status: 'reauthorization_required',
        hint: expect.any(String),
      });
      expect(await desk.look(connection)).toMatchObject({
        version: 1,
        fault: { owner: 'grant', code: 'invalid_grant' },
      });
      const event = await events.hears(
        'connection.reauthorization_required',
        ({ subject }) => subject === connection.id,
      );
      expect(event.data).toMatchObject({ version: 1, status: 'reauthorization_required', reason: expect.any(String) });
      expect(await desk.isRefused(connection, 'reauthorization_required')).toMatchObject({
        status: 409,
        hint: expect.any(String),
      });
    });

    it('is not tried again: a dead refresh token is sent once', async () => {
      const connection = await desk.connect('five');
      provider.grants.withdraw('alice');
      await desk.refresh(connection);
      const { form } = provider.tokenRequests('refresh_token').at(-1)!;
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'not_refreshable' });
      expect(refreshesWith(form['refresh_token']!)).toBe(1);
    });

    it('is mended by a consent: same id, next version', async () => {
      const connection = await desk.connect('sandbox');
      system.sandbox.withdraw('alice');
      await desk.refresh(connection);
      await desk.isRefused(connection, 'reauthorization_required');
      await desk.consent(connection);
      const token = await desk.reads(connection, 2);
      expect(token).toMatchObject({ connectionId: connection.id, version: 2 });
      expect(await desk.look(connection)).toMatchObject({ status: 'active', fault: null });
    });

    it('leaves the other connections of the API service alone', async () => {
      const [dead, living] = [await desk.connect('five'), await desk.connect('five')];
      provider.next('token', answers.oauthError('invalid_grant'));
      await desk.refresh(dead);
      expect(await desk.refresh(living)).toMatchObject({ outcome: 'rotated' });
      expect((await desk.look(dead)).status).toBe('reauthorization_required');
    });
  });

  describe('for the client’s fault', () => {
    it('invalid_client stops the client and touches no grant; the right secret heals it at once', async () => {
      const own = await Provider.start();
      try {
        await desk.registerProvider('secretive', own);
        const heard = await system.listenTo('secretive');
        const connection = await desk.connect('secretive');
        const changed = own.changeClientSecret();
        const reply = await desk.refresh(connection);
        expect(reply).toMatchObject({ outcome: 'failed', status: 'active', version: 1 });
        expect(await system.admin.get('/v1/api-services/secretive')).toMatchObject({
          body: { status: 'client_fault', fault: { hint: expect.any(String) } },
        });
        expect(await desk.reads(connection, 1)).toMatchObject({ version: 1 });
        await eventually(() => system.logs.includes('api_service_client_fault'), { what: 'the log tells of it' });
        const refused = await heard.hears('api_service.client_fault');
        expect(refused.data).toMatchObject({ status: 'client_fault', user: null, reason: expect.any(String) });

        succeeded(await system.admin.patch('/v1/api-services/secretive', { clientSecret: changed }));
        await heard.hears('api_service.client_fault', ({ data }) => data.status === 'active');
        expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
        expect(await system.admin.get('/v1/api-services/secretive')).toMatchObject({
          body: { status: 'active', fault: null },
        });
      } finally {
        await own.stop();
      }
    });
  });

  describe('for the fault of a client that is another one by then', () => {
    it('stops nobody: the right secret, set while the refusal of the wrong one was on its way, goes on', async () => {
      const own = await Provider.start();
      try {
        await desk.registerProvider('overtaken', own);
        const connection = await desk.connect('overtaken');
        const changed = own.changeClientSecret();
        const gate = answers.held();
        own.next('token', gate.behaviour);
        const refreshing = desk.refresh(connection);
        await gate.reached;
        succeeded(await system.admin.patch('/v1/api-services/overtaken', { clientSecret: changed }));
        gate.release();
        expect(await refreshing).toMatchObject({ outcome: 'failed', status: 'active', version: 1 });
        expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
        const blamed = '/v1/audit?objectId=overtaken&action=api_service.client_fault';
        expect(await system.admin.get(blamed)).toMatchObject({ status: 200, body: { items: [] } });
      } finally {
        await own.stop();
      }
    });
  });

  describe('for the provider’s fault', () => {
    it('429 with Retry-After waits as long as it is told, hands out the old token meanwhile, and recovers by itself', async () => {
      const own = await Provider.start();
      try {
        await desk.registerProvider('busy', own);
        const heard = await system.listenTo('busy');
        const connection = await desk.connect('busy');
        own.next('token', answers.tooMany(8));
        const reply = await desk.refresh(connection);
        expect(reply).toMatchObject({ outcome: 'failed', status: 'refresh_failing', version: 1 });
        expect(reply.retryAfterSeconds).toBeGreaterThanOrEqual(5);
        await heard.hears('connection.refresh_failing', ({ subject }) => subject === connection.id);
        expect((await desk.read(connection)).body).toMatchObject({ version: 1 });

        await desk.reads(connection, 2);
        const [first, second] = own.tokenRequests('refresh_token');
        expect(second!.at - first!.at).toBeGreaterThanOrEqual(8000);
        expect(await desk.look(connection)).toMatchObject({ status: 'active', fault: null });
      } finally {
        await own.stop();
      }
    });

    it.each<[string, answers.Behaviour]>([
      ['503', answers.unavailable()],
      ['500 without a body', answers.empty(500)],
      ['502 with a page', answers.htmlPage(502)],
      ['200 with a page', answers.htmlPage(200)],
      ['200 with an error inside', answers.answer(200, { error: 'try_later' })],
      ['200 without an access token', answers.answer(200, { token_type: 'Bearer', expires_in: 60 })],
      ['403 with a page', answers.htmlPage(403)],
      ['400 with a page', answers.htmlPage(400)],
      ['a redirect', answers.redirect(307, 'http://127.0.0.1:9/elsewhere')],
      ['more than anybody should read', answers.huge(100 * 1024 * 1024)],
      ['a closed connection', answers.closeConnection],
      ['no answer at all', answers.hang],
      ['a byte a second', answers.drip],
    ])('%s changes nothing but the ledger, and the next try succeeds', async (_, behaviour) => {
      const connection = await desk.connect('five');
      const before = await desk.reads(connection, 1);
      provider.next('token', behaviour);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'failed', version: 1 });
      await notByItself(connection);
      expect(await desk.look(connection)).toMatchObject({
        status: 'refresh_failing',
        version: 1,
        fault: { hint: expect.any(String) },
      });
      expect((await desk.read(connection)).body).toMatchObject({ accessToken: before.accessToken });
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2, status: 'active' });
    });

    it('D131 keeps an expired token to itself, and says that refreshing fails', async () => {
      provider.always('token', (exchange) =>
        exchange.request.form['grant_type'] === 'refresh_token'
          ? answers.unavailable()(exchange)
          : answers.withMembers({ expires_in: 8 })(exchange),
      );
      const connection = await desk.connect('five');
      const { expiresAt } = await desk.look(connection);
      await eventually(() => Date.now() > Date.parse(expiresAt!), { what: 'the token has expired' });
      expect(await desk.isRefused(connection, 'refresh_failing')).toMatchObject({
        status: 503,
        hint: expect.any(String),
      });

      provider.always('token', null);
      expect((await desk.refresh(connection, 1)).version).toBe(2);
      expect(await desk.reads(connection, 2)).toMatchObject({ version: 2 });
    });

    it('asks for reauthorization when a rotated refresh token got lost on the way, and never earlier', async () => {
      const connection = await desk.connect('five');
      provider.next('token', answers.actAndCloseConnection);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'failed', status: 'refresh_failing' });
      expect(await desk.refresh(connection)).toMatchObject({
        outcome: 'not_refreshable',
        status: 'reauthorization_required',
      });
    });

    it('goes on when an answer got lost, but the provider keeps its refresh tokens', async () => {
      provider.grants.rules.refreshTokens = 'keep';
      const connection = await desk.connect('five');
      provider.next('token', answers.actAndCloseConnection);
      await desk.refresh(connection);
      await notByItself(connection);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
      provider.grants.rules.refreshTokens = 'rotate';
    });
  });

  it('tells each try in the timeline, with its requests and without a secret', async () => {
    const connection = await desk.connect('five');
    provider.next('token', answers.unavailable());
    await desk.refresh(connection);
    const timeline = await desk.timeline(connection);
    expect(timeline[0]).toMatchObject({
      event: 'refresh_failed',
      steps: [expect.objectContaining({ method: 'POST', status: 503 })],
    });
    const told = JSON.stringify(timeline);
    const { form, headers } = provider.tokenRequests('refresh_token').at(-1)!;
    for (const secret of [form['refresh_token']!, headers.authorization!, provider.client.secret])
      expect(told).not.toContain(secret);
  });
});
