import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, type ProblemBody, succeeded } from '../support/api-client.js';
import { publicationOf, replyOf } from '../support/credentials-stand-in.js';
import { OpenWorkspace } from '../support/open-workspace.js';

type RefreshBody = Record<string, unknown> & { outcome: string; hint: string; readable: boolean };

describe('commands of consumers', () => {
  let workspace: OpenWorkspace;
  let consumer: ApiClient;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start();
    consumer = await workspace.reader();
  });
  afterAll(() => workspace?.stop());

  const held = async (version = 1) => {
    const publication = publicationOf({ version });
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return { ...publication, doors: `/v1/tokens/sandbox/${publication.user}` };
  };
  const refresh = (doors: string, supersedes: number) =>
    consumer.post<Record<string, unknown> & ProblemBody>(`${doors}/refresh`, { supersedes });

  it('refresh: answers once the new version can be read', async () => {
    const { connectionId, user, doors } = await held();
    await workspace.credentials.attend((command) => {
      void workspace.credentials.publish(publicationOf({ connectionId, user, version: 2 }));
      return replyOf(command);
    });
    const { status, body } = await refresh(doors, 1);
    expect(status).toBe(200);
    expect(body).toEqual({
      outcome: 'rotated',
      connectionId,
      status: 'active',
      version: 2,
      hint: null,
      retryAfterSeconds: null,
      readable: true,
    });
    expect((await consumer.get(doors)).body.version).toBe(2);
  });

  it('D014 refresh: never asks for more than was granted; a program that needs more has its user asked', async () => {
    const { connectionId, doors } = await held();
    await workspace.credentials.attend(replyOf, () => ({ noticeId: randomUUID(), created: true }));
    const asking = (scopes: string[]) => consumer.post<RefreshBody>(`${doors}/refresh`, { supersedes: 1, scopes });
    const { status, body } = await asking(['api:read', 'api:write']);
    expect([status, body.outcome, body.readable]).toEqual([200, 'not_refreshable', false]);
    expect(body.hint).toContain('api:write');
    expect(workspace.credentials.refreshes).toEqual([]);
    expect(workspace.credentials.notices).toEqual([
      { connectionId, requestedBy: expect.stringMatching(/^consumer:/), reason: expect.stringContaining('api:write') },
    ]);
    await asking(['api:read']);
    expect(workspace.credentials.refreshes).toHaveLength(1);
  });

  it('refresh: a hundred at once become one command, and all get its outcome', async () => {
    const { connectionId, user, doors } = await held();
    await workspace.credentials.attend(async (command) => {
      await workspace.credentials.publish(publicationOf({ connectionId, user, version: 2 }));
      return replyOf(command);
    });
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(doors, 1)));
    expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([2]));
    expect(workspace.credentials.refreshes).toHaveLength(1);
  });

  it('refresh: is answered from here where a newer version is here already', async () => {
    const { doors } = await held(5);
    workspace.credentials.leave();
    const { body } = await refresh(doors, 4);
    expect(body).toMatchObject({ outcome: 'already_rotated', version: 5, readable: true });
  });

  it.each(['failed', 'not_refreshable'] as const)('refresh: passes on that it %s, with what to do', async (outcome) => {
    const { doors } = await held();
    await workspace.credentials.attend((command) =>
      replyOf(command, { outcome, version: 1, hint: 'Reauthorize.', retryAfterSeconds: 60, status: 'refresh_failing' }),
    );
    const { status, body } = await refresh(doors, 1);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ outcome, version: 1, hint: 'Reauthorize.', retryAfterSeconds: 60, readable: false }),
    ]);
  });

  it('refresh: passes a refusal on with its code', async () => {
    const { doors } = await held();
    const error = {
      code: 'connection_not_found',
      title: 'No',
      detail: 'There is none.',
      hint: null,
      kind: 'not_found',
    };
    await workspace.credentials.attend(() => ({ error }));
    const { status, body } = await refresh(doors, 1);
    expect([status, body.code, body.detail]).toEqual([404, 'connection_not_found', 'There is none.']);
  });

  it('refresh: says so when credentials is away, and when to try again', async () => {
    const { doors } = await held();
    workspace.credentials.leave();
    const { status, body, headers } = await refresh(doors, 1);
    // Older NATS servers don't tell across accounts that nobody is there.
    expect([503, 504]).toContain(status);
    expect(['command_unanswered', 'command_deadline']).toContain(body.code);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.hint).toBeTruthy();
  });

  it('notices: reach credentials with the reason and the consumer’s id', async () => {
    const { connectionId, doors } = await held();
    const reply = { noticeId: randomUUID(), created: true };
    await workspace.credentials.attend(
      (command) => replyOf(command),
      () => reply,
    );
    const { status, body } = await consumer.post(`${doors}/notices`, { reason: 'The API says 403.' });
    expect([status, body]).toEqual([202, reply]);
    expect(workspace.credentials.notices).toEqual([
      { connectionId, reason: 'The API says 403.', requestedBy: expect.stringMatching(/^consumer:/) },
    ]);
    expect((await consumer.post(`${doors}/notices`)).status).toBe(202);
  });

  it('are for consumers that are entitled to the connection', async () => {
    const { doors } = await held();
    const stranger = await workspace.consumer({ apiService: 'another' });
    await workspace.credentials.attend((command) => replyOf(command));
    for (const door of ['refresh', 'notices']) {
      const body = door === 'refresh' ? { supersedes: 1 } : {};
      expect((await stranger.post(`${doors}/${door}`, body)).body.code).toBe('not_entitled');
      expect((await workspace.admin.post(`${doors}/${door}`, body)).body.code).toBe('role_refused');
      expect((await consumer.post(`/v1/tokens/sandbox/nobody/${door}`, body)).body.code).toBe('connection_unknown');
    }
    expect([...workspace.credentials.refreshes, ...workspace.credentials.notices]).toEqual([]);
  });

  it.each([{}, { supersedes: '1' }, { supersedes: -1 }, { supersedes: 1.5 }, { supersedes: 1, force: true }])(
    'refuse what they can’t understand: %j',
    async (body) => {
      const { doors } = await held();
      expect((await consumer.post(`${doors}/refresh`, body)).body.code).toBe('input_invalid');
    },
  );

  it('leave audit entries: who asked for what, and what came of it', async () => {
    const { connectionId, user, doors } = await held();
    await workspace.credentials.attend(
      async (command) => {
        await workspace.credentials.publish(publicationOf({ connectionId, user, version: 2 }));
        return replyOf(command);
      },
      () => ({ noticeId: 'n-1', created: false }),
    );
    await refresh(doors, 1);
    await consumer.post(`${doors}/notices`);
    const path = `/v1/audit?objectId=${connectionId}`;
    const { items } = succeeded(await workspace.admin.get<{ items: Record<string, unknown>[] }>(path));
    expect(items.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['notice.requested', 'done'],
      ['token.refresh_requested', 'done'],
      ['publication.taken_in', 'done'],
      ['publication.taken_in', 'done'],
    ]);
    expect(items.map(({ actor }) => String(actor).replace(/:.*/, ''))).toEqual([
      'consumer',
      'consumer',
      'credentials',
      'credentials',
    ]);
    expect(items[1]!.details).toEqual({ supersedes: 1, outcome: 'rotated' });
  });
});
