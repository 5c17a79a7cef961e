import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk, tokenPath } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { Provider, type RecordedRequest } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

type RevocationDoor = 'revoke' | 'revoke-by-oauth-token' | 'revoke-by-get';

interface RevocationForm {
  form: string;
  door: RevocationDoor;
  /** As a manifest says it. */
  request: (url: string) => object;
  /** Where the token is found on the wire. */
  sent: (request: RecordedRequest) => string | undefined;
}

/** The forms in which providers take a token back. */
const RFC_7009: RevocationForm = {
  form: 'RFC 7009',
  door: 'revoke',
  request: (url) => ({
    url,
    body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
  }),
  sent: ({ form }) => form['token'],
};
const FORMS: RevocationForm[] = [
  RFC_7009,
  {
    form: 'POST with oauth_token',
    door: 'revoke-by-oauth-token',
    request: (url) => ({
      url,
      authentication: 'none',
      body: { encoding: 'form', parameters: { oauth_token: '{{ token }}' } },
    }),
    sent: ({ form }) => form['oauth_token'],
  },
  {
    form: 'GET with ?token=',
    door: 'revoke-by-get',
    request: (url) => ({ method: 'GET', url, authentication: 'none', query: { token: '{{ token }}' } }),
    sent: ({ query }) => query['token'],
  },
];

describe('revocation', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let events: EventListener;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    await desk.registerSandbox();
    await desk.registerProvider('keeping', provider, { revokeUrl: provider.address('revoke') });
    await desk.registerProvider('without', provider);
    for (const { door, request } of FORMS) {
      await desk.registerManifest(door, provider, {
        revoke: { request: request(provider.address(door)), effect: 'token' },
        superseded: { policy: 'revoke', graceSeconds: 0 },
      });
    }
    events = await system.listenTo('sandbox');
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  /** The requests of one door that came since, once there are as many. */
  const requestsSince = (door: RevocationDoor, since: number, count: number): Promise<RecordedRequest[]> =>
    eventually(
      () => {
        const requests = provider.requestsTo(door).slice(since);
        if (requests.length < count) throw new Error(`${requests.length} came`);
        return requests;
      },
      { what: `${count} revocation requests come to ${door}` },
    );

  describe('of a superseded token', () => {
    it.each(FORMS)('G7 happens on refresh where the policy says so: $form', async ({ door, sent }) => {
      const connection = await desk.connect(door);
      const old = await desk.reads(connection, 1);
      const since = provider.requestsTo(door).length;
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
      const requests = await requestsSince(door, since, 1);
      expect(requests.map(sent)).toEqual([old.accessToken]);
      await eventually(() => provider.grants.userOf(old.accessToken) === null, { what: 'the old token is dead' });
      const current = await desk.reads(connection, 2);
      expect(provider.grants.userOf(current.accessToken)).toBe('alice');
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
    });

    it.each(FORMS)('G7 happens on reauthorization where the policy says so: $form', async ({ door, sent }) => {
      const connection = await desk.connect(door);
      const old = await desk.reads(connection, 1);
      const since = provider.requestsTo(door).length;
      await desk.consent(connection);
      await desk.reads(connection, 2);
      expect((await requestsSince(door, since, 1)).map(sent)).toContain(old.accessToken);
    });

    it('G7 does not happen by default, nor where the provider has no way', async () => {
      const since = provider.requestsTo('revoke').length;
      for (const slug of ['keeping', 'without']) {
        const connection = await desk.connect(slug);
        const old = await desk.reads(connection, 1);
        await desk.refresh(connection);
        await desk.reads(connection, 2);
        expect(provider.grants.userOf(old.accessToken)).toBe('alice');
      }
      expect(provider.requestsTo('revoke')).toHaveLength(since);
    });

    it('G7 is refused by the manifest’s check where it would kill the grant, or nobody knows', async () => {
      for (const effect of ['family', 'install', 'unknown']) {
        const answer = await system.admin.post('/v1/api-services', {
          slug: `deadly-${effect}`,
          clientId: 'c',
          clientSecret: 's',
          manifest: {
            manifest: 1,
            authorize: { url: provider.address('authorize') },
            token: { url: provider.address('token') },
            revoke: { request: RFC_7009.request(provider.address('revoke')), effect },
            superseded: { policy: 'revoke' },
          },
        });
        expect([effect, answer.status]).toEqual([effect, 400]);
        expect(answer.text).toContain('superseded');
      }
    });

    it('G7 makes the sandbox refuse the old token before its time, and take the new one', async () => {
      const connection = await desk.connect('sandbox');
      const old = await desk.reads(connection, 1);
      await desk.refresh(connection);
      const current = await desk.reads(connection, 2);
      await eventually(async () => (await sandboxStatus(old.accessToken)) === 401, {
        what: 'the sandbox refuses the old token',
      });
      expect(Date.parse(old.expiresAt!)).toBeGreaterThan(Date.now());
      expect(await sandboxStatus(current.accessToken)).toBe(200);
    });
  });

  describe('of a connection', () => {
    it.each(FORMS)('revokes its tokens at the provider, and tells what it answered: $form', async ({ door, sent }) => {
      const connection = await desk.connect(door);
      const { accessToken } = await desk.reads(connection, 1);
      const since = provider.requestsTo(door).length;
      const answer = await desk.revoke(connection);
      expect(answer).toMatchObject({ status: 200, body: { receipt: { outcome: 'revoked' } } });
      const tokens = provider.requestsTo(door).slice(since).map(sent);
      expect(tokens).toContain(accessToken);
      expect(tokens.some((token) => token?.startsWith('refresh-'))).toBe(true);
      expect(provider.grants.userOf(accessToken)).toBeNull();
    });

    it('without a way at the provider ends here all the same, and says so', async () => {
      const connection = await desk.connect('without');
      expect(await desk.revoke(connection)).toMatchObject({
        status: 200,
        body: { receipt: { outcome: 'not_supported' } },
      });
      expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409 });
    });

    it('erases its secrets, publishes a tombstone, and is told to consumers', async () => {
      const connection = await desk.connect('sandbox');
      const { accessToken } = await desk.reads(connection, 1);
      succeeded(await desk.revoke(connection));
      expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409, hint: expect.any(String) });
      const event = await events.hears('token.revoked', ({ subject }) => subject === connection.id);
      expect(event.data).toMatchObject({ status: 'revoked', version: 1, expiresAt: null });
      expect(await sandboxStatus(accessToken)).toBe(401);
      const [row] = await rowsOf(
        system.databases.credentialsDatabaseUrl,
        'SELECT access_token, refresh_token, captured FROM connections WHERE id = $1',
        [connection.id],
      );
      expect(row).toEqual({ access_token: null, refresh_token: null, captured: null });
    });

    it('ends refreshing: nothing of it is sent any more', async () => {
      const connection = await desk.connect('keeping');
      succeeded(await desk.revoke(connection));
      const before = provider.tokenRequests('refresh_token').length;
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'not_refreshable', status: 'revoked' });
      expect(provider.tokenRequests('refresh_token')).toHaveLength(before);
    });

    it('twice is the same as once', async () => {
      const connection = await desk.connect('keeping');
      succeeded(await desk.revoke(connection));
      const since = provider.requestsTo('revoke').length;
      expect(await desk.revoke(connection)).toMatchObject({ status: 200, body: { receipt: null } });
      expect(provider.requestsTo('revoke')).toHaveLength(since);
    });

    it('is undone by a consent: same id, next version', async () => {
      const connection = await desk.connect('keeping');
      succeeded(await desk.revoke(connection));
      await desk.consent(connection);
      expect(await desk.reads(connection, 2)).toMatchObject({ connectionId: connection.id, version: 2 });
    });

    const ledgerOf = (id: string) => {
      const statement = 'SELECT outcome, answer FROM refresh_ledger WHERE connection_id = $1';
      return rowsOf(system.databases.credentialsDatabaseUrl, statement, [id]);
    };

    it('wins over a refresh that is under way', async () => {
      const connection = await desk.connect('keeping');
      const gate = answers.actedAndHeld();
      provider.next('token', gate.behaviour);
      const refreshing = desk.refresh(connection);
      await gate.reached;
      succeeded(await desk.revoke(connection));
      gate.release();
      await refreshing;
      expect(await desk.look(connection)).toMatchObject({ status: 'revoked', version: 1 });
      // What the provider gave so late is revoked as well, and kept nowhere.
      const { refresh_token, access_token } = gate.withheld();
      const late = () => provider.tokensToRevoke().filter((token) => [refresh_token, access_token].includes(token));
      await eventually(() => new Set(late()).size === 2, { what: 'the late tokens are revoked' });
      expect(late()[0]).toBe(refresh_token);
      expect(await ledgerOf(connection.id)).toEqual([{ outcome: 'outrun', answer: null }]);
      const noted = `/v1/audit?action=connection.refresh_outrun&objectId=${connection.id}`;
      expect(succeeded(await system.admin.get<{ items: object[] }>(noted)).items).toHaveLength(1);
      expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409 });
    });

    it('wins over a refresh that the provider comes to only afterwards, and refuses', async () => {
      const connection = await desk.connect('keeping');
      const gate = answers.held();
      provider.next('token', gate.behaviour);
      const refreshing = desk.refresh(connection);
      await gate.reached;
      succeeded(await desk.revoke(connection));
      gate.release();
      await refreshing;
      expect(await desk.look(connection)).toMatchObject({ status: 'revoked', version: 1 });
      expect(await ledgerOf(connection.id)).toMatchObject([{ outcome: 'outrun' }]);
      expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409 });
    });

    it('is asked of the provider again until it answers, and not told as done before', async () => {
      const connection = await desk.connect('keeping');
      const { accessToken } = await desk.reads(connection, 1);
      provider.next('revoke', answers.unavailable(1), answers.unavailable(1));
      expect(await desk.revoke(connection)).toMatchObject({
        status: 200,
        body: { receipt: { outcome: 'revoke_pending' } },
      });
      expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409 });
      await eventually(() => provider.grants.userOf(accessToken) === null, { what: 'the provider has revoked it' });
      await eventually(
        async () => (await desk.timeline(connection)).some(({ event }) => event === 'provider_revoked'),
        {
          what: 'the timeline says that the provider has revoked it',
        },
      );
    });
  });

  describe('G11 at once and reissued', () => {
    it('for one connection: revoked, and a new link brings the next version', async () => {
      const connection = await desk.connect('sandbox');
      const old = await desk.reads(connection, 1);
      succeeded(await desk.revoke(connection));
      await desk.consent(connection);
      const current = await desk.reads(connection, 2);
      expect([await sandboxStatus(old.accessToken), await sandboxStatus(current.accessToken)]).toEqual([401, 200]);
    });

    it('for a whole API service: refused with what it would strand, done by force', async () => {
      await desk.registerProvider('doomed', provider, { revokeUrl: provider.address('revoke') });
      const connections: Connected[] = [await desk.connect('doomed', 'first'), await desk.connect('doomed', 'second')];
      const tokens = await Promise.all(connections.map((connection) => desk.reads(connection, 1)));
      const refused = await system.admin.delete('/v1/api-services/doomed');
      expect([refused.status, refused.text]).toEqual([
        409,
        expect.stringMatching(/first[\s\S]*second|second[\s\S]*first/),
      ]);
      expect((await desk.read(connections[0]!)).status).toBe(200);

      expect(await system.admin.delete('/v1/api-services/doomed?force=true')).toMatchObject({
        status: 200,
        body: { revoked: 2 },
      });
      for (const connection of connections) await desk.isRefused(connection, 'revoked');
      expect(await system.admin.post(`/v1/connections/${connections[0]!.id}/authorization-links`)).toMatchObject({
        status: 404,
        body: { code: 'api_service_not_found' },
      });
      for (const { accessToken } of tokens) {
        await eventually(() => provider.grants.userOf(accessToken) === null, { what: 'the provider has revoked it' });
      }
    });
  });

  it('is written down: who revoked what, and what came of it', async () => {
    const connection = await desk.connect('keeping');
    succeeded(await desk.revoke(connection));
    const audit = await system.admin.get('/v1/audit');
    expect(audit.text).toContain('connection.revoked');
    expect(audit.text).toContain(connection.id);
  });

  it('deletes a connection with its secrets, if that is asked for', async () => {
    const connection = await desk.connect('keeping');
    expect((await system.admin.delete(`/v1/connections/${connection.id}`)).status).toBe(200);
    expect((await system.admin.get(`/v1/connections/${connection.id}`)).status).toBe(404);
    const consumer = await desk.consumerOf('keeping');
    await eventually(async () => (await consumer.get(tokenPath(connection))).status >= 400, {
      what: 'reading is refused',
    });
  });

  const sandboxStatus = async (token: string): Promise<number> =>
    (await fetch(`${system.sandbox.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status;
});
