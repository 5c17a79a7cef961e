import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '../support/api-client.js';
import { publicationOf, replyOf, tokenOf } from '../support/credentials-stand-in.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';

const path = (apiService: string, user: string, query = ''): string =>
  `/v1/tokens/${apiService}/${encodeURIComponent(user)}${query}`;

describe('access-tokens', () => {
  let workspace: OpenWorkspace;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start();
  });
  afterAll(() => workspace?.stop());

  /** Published and taken in. */
  const held = async (changes: Parameters<typeof publicationOf>[0] = {}) => {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication;
  };
  const read = async (publication: { apiService: string; user: string }, query = '') =>
    (await workspace.reader()).get<Record<string, unknown> & ProblemBody>(
      path(publication.apiService, publication.user, query),
    );

  it('hands out what credentials published', async () => {
    const publication = await held();
    const { status, headers, body } = await read(publication);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: publication.token!.accessToken,
      tokenType: 'Bearer',
      scope: 'api:read offline_access',
      expiresAt: publication.token!.expiresAt,
      version: 1,
      connectionId: publication.connectionId,
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers a repeated read as it did the first, and tells in one line how many there were', async () => {
    const { apiService, user } = await held({ user: 'ada+more@example.com' });
    const reader = await workspace.consumer({ apiService });
    const ask = () => reader.get<unknown>(path(apiService, user), { 'x-request-id': 'told-by-the-caller' });
    const [first, ...later] = [await ask(), await ask(), await ask(), await ask()];
    const seen = ({ status, headers, text }: Awaited<ReturnType<typeof ask>>) => {
      const lasting = [...headers].filter(([name]) => name !== 'date');
      return { status, text, headers: Object.fromEntries(lasting) };
    };
    expect(seen(first!).headers).toMatchObject({ 'x-request-id': 'told-by-the-caller', 'x-frame-options': 'DENY' });
    for (const one of later) expect(seen(one)).toEqual(seen(first!));
    const told = () =>
      workspace.replicas[0]!.lines.some(({ event, requests }) => event === 'request' && requests === 3);
    await eventually(() => Promise.resolve(told()), { what: 'the three that were answered early are told' });
  });

  it('answers 304 to whoever holds the version already', async () => {
    const publication = await held({ version: 4 });
    const reader = await workspace.reader();
    const ask = (tag: string) => reader.get(path('sandbox', publication.user), { 'if-none-match': tag });
    const unchanged = await ask('W/"3", "4"');
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await ask('"3"')).status).toBe(200);
  });

  it.each(['ada@example.com', 'a b', 'a/b/../c', 'a?b#c', '100%', 'Ünï·côdé 灯', '"quoted" \\ back', 'a+b', "'; --"])(
    'reads users of any name: %s',
    async (user) => {
      const publication = await held({ user });
      // The second time from memory.
      for (const { body } of [await read(publication), await read(publication)]) {
        expect(body.connectionId).toBe(publication.connectionId);
      }
    },
  );

  it('takes no other spelling for a name that it remembers', async () => {
    const publication = await held({ user: 'b/c' });
    await read(publication);
    const reader = await workspace.reader();
    expect((await reader.get('/v1/tokens/sandbox/b%2fc')).status).toBe(200);
    expect((await reader.get('/v1/tokens/sandbox%2Fb/c')).status).toBe(400);
    expect((await reader.get('/v1/tokens/sandbox/b/c')).status).toBe(404);
  });

  it('refuses names that can’t be', async () => {
    const reader = await workspace.reader();
    expect((await reader.get('/v1/tokens/sandbox/%00')).status).toBe(400);
    expect((await reader.get('/v1/tokens/UPPER/x')).status).toBe(400);
    expect((await reader.get('/v1/tokens/sandbox/%zz')).status).toBe(400);
    expect((await reader.get('/v1/tokens/sandbox/x?minTTL=3')).body).toMatchObject({ code: 'input_invalid' });
  });

  it('keeps the newer version only, in whichever order they come', async () => {
    const { connectionId, user } = await held({ version: 3 });
    const at = (version: number, revision: number) => publicationOf({ connectionId, user, version, revision });
    await workspace.credentials.publish(at(2, 9));
    const republished = at(3, 4);
    await workspace.credentials.publish({ ...republished, cause: 'republished' });
    await held(); // whatever was sent before it has been dealt with too, or soon is
    const { body } = await read({ apiService: 'sandbox', user });
    expect(body.version).toBe(3);
  });

  it('seals tokens under its own keys: its database and logs hold none', async () => {
    const { connectionId, token } = await held();
    const [row] = await rowsOf<{ access_token: string }>(
      workspace.databaseUrl,
      'SELECT access_token FROM connections WHERE id = $1',
      [connectionId],
    );
    expect(row!.access_token).toMatch(/^lks2\.k1\./);
    expect(await everyRow(workspace.databaseUrl)).not.toContain(token!.accessToken);
    expect(workspace.logs).not.toContain(token!.accessToken);
  });

  it('erases the token of a revoked connection, and says so', async () => {
    const { connectionId, user } = await held();
    await held({ connectionId, user, version: 1, revision: 2, status: 'revoked', cause: 'revoked', token: null });
    await workspace.credentials.publish(publicationOf({ connectionId, user, version: 1, revision: 1 }));
    const answer = await read({ apiService: 'sandbox', user });
    expect([answer.status, answer.body.code]).toEqual([409, 'revoked']);
    expect(answer.body.connection).toEqual({ id: connectionId, status: 'revoked', version: 1 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const rows = await rowsOf(workspace.databaseUrl, 'SELECT access_token FROM connections WHERE id = $1', [
      connectionId,
    ]);
    expect(rows).toEqual([{ access_token: null }]);
  });

  it('prefers the living connection where a slug was given anew', async () => {
    const old = await held({ status: 'revoked', cause: 'revoked', token: null, occurredAt: '2099-01-01T00:00:00Z' });
    const living = await held({ user: old.user });
    expect((await read(old)).body.connectionId).toBe(living.connectionId);
  });

  it('says when nothing is known', async () => {
    const { status, body } = await read({ apiService: 'sandbox', user: 'nobody' });
    expect([status, body.code]).toEqual([404, 'connection_unknown']);
  });

  it('hands out a token of unknown lifetime, and says that it is unknown', async () => {
    const publication = await held({ token: tokenOf(null) });
    const { status, body } = await read(publication, '?minTtlSeconds=3600');
    expect([status, body.expiresAt]).toEqual([200, null]);
  });

  describe('never hands out an expired token', () => {
    const expired = () => held({ token: tokenOf(-1000) });

    it('but has it refreshed: a hundred readers, one command, one new token for all', async () => {
      const { connectionId, user } = await expired();
      const next = publicationOf({ connectionId, user, version: 2 });
      await workspace.credentials.attend(async (command) => {
        await workspace.credentials.publish(next);
        return replyOf(command);
      });
      const answers = await Promise.all(Array.from({ length: 100 }, () => read(next)));
      expect(new Set(answers.map(({ body }) => body.accessToken))).toEqual(new Set([next.token!.accessToken]));
      expect(workspace.credentials.refreshes).toEqual([
        { connectionId, supersedes: 1, requestedBy: expect.stringMatching(/^consumer:[0-9a-f-]{36}$/) },
      ]);
    });

    it('nor one that dies before it is used', async () => {
      const publication = await held({ token: tokenOf(1500) });
      workspace.credentials.leave();
      expect((await read(publication)).status).toBe(503);
    });

    it.each([
      ['failed', 503, 'refresh_failing', '30'],
      ['not_refreshable', 409, 'reauthorization_required', null],
    ] as const)('but the reason, when credentials answers %s', async (...[outcome, status, code, retryAfter]) => {
      const publication = await expired();
      const hint = 'Ask them kindly.';
      const retryAfterSeconds = retryAfter === null ? null : Number(retryAfter);
      await workspace.credentials.attend((command) =>
        replyOf(command, { outcome, version: 1, hint, retryAfterSeconds }),
      );
      const answer = await read(publication);
      expect([answer.status, answer.body.code, answer.body.hint]).toEqual([status, code, hint]);
      expect(answer.headers.get('retry-after')).toBe(retryAfter);
    });

    it('but the reason, when credentials is away', async () => {
      const publication = await expired();
      workspace.credentials.leave();
      const { status, body, headers } = await read(publication);
      expect([status, body.code]).toEqual([503, 'refresh_failing']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      // Older NATS servers don't tell across accounts that nobody is there: then it is the deadline that says so.
      expect(body.detail).toMatch(/Nobody answers|was not answered/);
    });

    it('but the reason, when the new version does not come in time', async () => {
      const publication = await expired();
      await workspace.credentials.attend((command) => replyOf(command));
      const { status, body, headers } = await read(publication);
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'not_yet_published', '1']);
    });

    it('but the new one, even if the answer to the command got lost', async () => {
      const { connectionId, user } = await expired();
      const next = publicationOf({ connectionId, user, version: 2 });
      await workspace.credentials.attend(async () => {
        await workspace.credentials.publish(next);
        return new Promise<object>(() => undefined);
      });
      expect((await read(next)).body.version).toBe(2);
    });

    it('but the reason that credentials published, without asking', async () => {
      const lapsed = await held({
        status: 'reauthorization_required',
        cause: 'status_changed',
        token: null,
        reason: 'The user withdrew it.',
      });
      await workspace.credentials.attend((command) => replyOf(command));
      const { status, body } = await read(lapsed);
      expect([status, body.code]).toEqual([409, 'reauthorization_required']);
      expect(body.detail).toContain('The user withdrew it.');
      expect(workspace.credentials.refreshes).toEqual([]);
    });
  });

  describe('heeds demands', () => {
    const rotateOnDemand = (user: string, lifetimeMs: number) =>
      workspace.credentials.attend(async (command) => {
        const { connectionId, supersedes } = command;
        const version = supersedes + 1;
        await workspace.credentials.publish(publicationOf({ connectionId, user, version, token: tokenOf(lifetimeMs) }));
        return replyOf(command);
      });

    it('minTtlSeconds: refreshes a living token that is too short, and none that is long enough', async () => {
      const publication = await held({
        token: tokenOf(60_000),
        occurredAt: new Date(Date.now() - 3_540_000).toISOString(),
      });
      await rotateOnDemand(publication.user, 3_600_000);
      expect((await read(publication, '?minTtlSeconds=30')).body.version).toBe(1);
      expect((await read(publication, '?minTtlSeconds=600')).body.version).toBe(2);
      expect((await read(publication, '?minTtlSeconds=600')).body.version).toBe(2);
      expect(workspace.credentials.refreshes).toHaveLength(1);
    });

    it('minTtlSeconds beyond what such tokens live causes no refresh at each read', async () => {
      const publication = await held({ token: tokenOf(60_000) });
      await rotateOnDemand(publication.user, 60_000);
      expect((await read(publication, '?minTtlSeconds=7200')).status).toBe(200);
      expect(workspace.credentials.refreshes).toHaveLength(0);
    });

    it('minVersion: asks for the next one', async () => {
      const publication = await held({ version: 5 });
      await rotateOnDemand(publication.user, 60_000);
      expect((await read(publication, '?minVersion=6')).body.version).toBe(6);
    });

    it('minVersion further away: waits for it, and asks for nothing', async () => {
      const publication = await held({ version: 5 });
      await workspace.credentials.attend((command) => replyOf(command));
      const reading = read(publication, '?minVersion=8');
      await workspace.credentials.publish(publicationOf({ ...publication, version: 8, revision: 8, cause: 'rotated' }));
      expect((await reading).body.version).toBe(8);
      expect(workspace.credentials.refreshes).toEqual([]);
    });
  });
});
