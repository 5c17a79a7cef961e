import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallDesk, type Callable } from '../support/call-desk.js';
import { replyOf } from '../support/credentials-stand-in.js';

describe.each([
  ['that nothing is remembered of', { known: false }],
  ['whose token was read before', { known: true }],
])('calls on behalf of a connection %s', (_, options) => {
  let desk: CallDesk;
  beforeAll(async () => {
    desk = await CallDesk.start(options);
  });
  beforeEach(() => desk.reset());
  afterAll(() => desk?.stop());

  describe('whose token is refused', () => {
    const dead = ({ accessToken }: Callable) =>
      desk.api.answers((reply, { headers }) => {
        const refused = headers.authorization === `Bearer ${accessToken}`;
        reply.writeHead(refused ? 401 : 200, { 'content-type': 'text/plain' }).end(refused ? 'no' : 'yes');
      });

    it('P3 D132 are sent once more with a newer one, whatever the method', async () => {
      const connection = await desk.held();
      dead(connection);
      await desk.rotating(connection);
      const answer = await desk.pass(connection.door, 'me', { method: 'POST', body: 'again' });
      expect([answer.status, await answer.text()]).toEqual([200, 'yes']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'lockkeeper-attempts': '2',
        'lockkeeper-token-version': '2',
      });
      expect(desk.api.requests.map(({ body }) => body)).toEqual(['again', 'again']);
      expect(desk.workspace.credentials.refreshes).toMatchObject([
        { connectionId: connection.connectionId, supersedes: 1 },
      ]);
    });

    it('a hundred at once cause one refresh, and all are answered', async () => {
      const connection = await desk.held();
      dead(connection);
      await desk.rotating(connection);
      const answers = await Promise.all(Array.from({ length: 100 }, () => desk.pass(connection.door, 'me')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ headers }) => headers.get('lockkeeper-token-version')))).toEqual(new Set(['2']));
      expect(desk.workspace.credentials.refreshes).toHaveLength(1);
    });

    it('D132 twice are answered with that, and don’t spend a refresh for each further call', async () => {
      const connection = await desk.held();
      desk.api.answers({ status: 401, body: 'never' });
      await desk.rotating(connection);
      const first = await desk.pass(connection.door, 'me');
      expect([first.status, first.headers.get('lockkeeper-attempts')]).toEqual([401, '2']);
      const second = await desk.pass(connection.door, 'me');
      expect([second.status, second.headers.get('lockkeeper-attempts')]).toEqual([401, '1']);
      expect(desk.workspace.credentials.refreshes).toHaveLength(1);
    });

    it('D132 by a status that the manifest names are sent again only if they are idempotent', async () => {
      const use = { refusedStatuses: [401, 403] };
      const [reading, writing] = [await desk.held(use), await desk.held(use)];
      desk.api.answers({ status: 403 }, { status: 200, body: 'yes' });
      await desk.rotating(reading, use);
      expect((await desk.pass(reading.door, 'me')).status).toBe(200);
      desk.api.answers({ status: 403 });
      await desk.rotating(writing, use);
      const answer = await desk.pass(writing.door, 'me', { method: 'POST', body: 'x' });
      expect([answer.status, desk.api.requests.length]).toEqual([403, 1]);
      // The answer doesn't wait for the newer token; the next call has it.
      await desk.workspace.knows({ ...writing, version: 2 });
      expect(desk.workspace.credentials.refreshes).toHaveLength(1);
    });

    it('D132 by what the manifest’s sign says inside a 200 are renewed like any other', async () => {
      const use = { refusedAnswers: [{ path: ['error'], equals: 'token_expired' }] };
      const refusal = { status: 200, body: { ok: false, error: 'token_expired' } };
      const [reading, writing, unlucky] = [await desk.held(use), await desk.held(use), await desk.held(use)];
      desk.api.answers(refusal, { status: 200, body: { ok: true } });
      await desk.rotating(reading, use);
      const answer = await desk.pass(reading.door, 'me');
      expect([answer.headers.get('lockkeeper-attempts'), await answer.json()]).toEqual(['2', { ok: true }]);
      desk.api.answers(refusal);
      await desk.rotating(writing, use);
      const written = await desk.pass(writing.door, 'me', { method: 'POST', body: 'x' });
      expect([await written.json(), desk.api.requests.length]).toEqual([refusal.body, 1]);
      await desk.workspace.knows({ ...writing, version: 2 });
      await desk.rotating(unlucky, use);
      expect(await (await desk.pass(unlucky.door, 'me')).json()).toEqual(refusal.body);
      desk.api.answers({ status: 200, body: { ok: false, error: 'ratelimited' } });
      expect((await desk.pass(unlucky.door, 'me')).headers.get('lockkeeper-attempts')).toBe('1');
    });

    it('hand the refusal on where no newer token is to be had', async () => {
      const connection = await desk.held();
      desk.api.answers({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: 'no' });
      await desk.workspace.credentials.attend((command) =>
        replyOf(command, { outcome: 'not_refreshable', version: 1 }),
      );
      const answer = await desk.pass(connection.door, 'me');
      expect([answer.status, await answer.text()]).toEqual([401, 'no']);
      expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
    });
  });

  describe('that the API wants later', () => {
    it.each([429, 503])('are sent again after %i with Retry-After', async (status) => {
      const { door } = await desk.held();
      desk.api.answers({ status, headers: { 'retry-after': '1' } }, { status: 200, body: 'now' });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, answer.headers.get('lockkeeper-attempts')]).toEqual([200, '2']);
    });

    it.each([
      ['a method that isn’t idempotent', { method: 'POST' }, '1'],
      ['a wait that the caller’s deadline doesn’t allow', { headers: { 'lockkeeper-deadline-seconds': '2' } }, '3'],
      ['a moment that can’t be read', {}, 'soon'],
    ])('aren’t with %s', async (_, init, retryAfter) => {
      const { door } = await desk.held();
      desk.api.answers({ status: 429, headers: { 'retry-after': retryAfter } });
      const answer = await desk.pass(door, 'me', init);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, retryAfter]);
      expect(desk.api.requests).toHaveLength(1);
    });

    it('are given up at the caller’s deadline', async () => {
      const { door } = await desk.held();
      desk.api.answers(() => undefined);
      const answer = await desk.pass(door, 'me', { headers: { 'lockkeeper-deadline-seconds': '2' } });
      expect(await answer.json()).toMatchObject({ status: 504, code: 'egress_timeout', phase: 'headers', sent: true });
      expect((await desk.pass(door, 'me', { headers: { 'lockkeeper-deadline-seconds': 'soon' } })).status).toBe(400);
    });

    it('are sent once more where the connection broke, if they are idempotent', async () => {
      const { door } = await desk.held();
      desk.api.answers((response) => void response.socket?.destroy(), { status: 200, body: 'back' });
      const answer = await desk.pass(door, 'me');
      expect([answer.status, answer.headers.get('lockkeeper-attempts')]).toEqual([200, '2']);
      desk.api.answers((response) => void response.socket?.destroy(), { status: 200 });
      expect((await desk.pass(door, 'me', { method: 'POST' })).status).toBe(502);
    });
  });
});
