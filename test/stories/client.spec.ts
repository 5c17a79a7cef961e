import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccessRefused,
  type HeardEvent,
  Lockkeeper,
  LockkeeperProblem,
  LockkeeperUnreachable,
} from '@lockkeeper/client';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { System } from '../support/workspaces.js';

const CLIENT = resolve(import.meta.dirname, '../../libs/client');
const run = promisify(execFile);

describe('@lockkeeper/client', () => {
  let system: System;
  let desk: Desk;
  let key: string;
  let consumerId: string;
  let ada: Connected;
  const open: Lockkeeper[] = [];
  beforeAll(async () => {
    system = await System.start({ sandbox: { accessTokenSeconds: 600 } });
    desk = new Desk(system);
    await desk.registerSandbox();
    ada = await desk.connect('sandbox', 'ada@example.com');
    const consumer = { name: 'a program', entitlements: [{ apiService: 'sandbox' }] };
    const made = succeeded(await system.tokensAdmin.post<{ id: string; key: string }>('/v1/consumers', consumer));
    [key, consumerId] = [made.key, made.id];
  });
  afterAll(async () => {
    for (const lockkeeper of open) lockkeeper.close();
    await system?.stop();
  });

  const client = (options: object = {}): Lockkeeper => {
    const lockkeeper = new Lockkeeper({ url: system.accessTokensUrl, key, ...options });
    open.push(lockkeeper);
    return lockkeeper;
  };
  const readsOf = async ({ id }: Connected): Promise<number> => {
    const path = `/v1/exposures?connection=${id}&consumer=${consumerId}`;
    const { items } = succeeded(await system.tokensAdmin.get<{ items: { reads: number }[] }>(path));
    return items.reduce((sum, { reads }) => sum + reads, 0);
  };
  const statusWith = async (token: string): Promise<number> =>
    (await fetch(api('me'), { headers: { authorization: `Bearer ${token}` } })).status;
  const api = (path: string): string => `${system.sandbox.url}/api/${path}`;

  it('keeps a token, asks once for it however often it is wanted, and has the new one as soon as it was rotated', async () => {
    const connection = await desk.connect('sandbox');
    const lockkeeper = client();
    const first = await lockkeeper.token('sandbox', connection.user);
    expect(first).toMatchObject({
      version: 1,
      connectionId: connection.id,
      tokenType: expect.stringMatching(/bearer/i),
    });
    expect(first.expiresAt!.getTime()).toBeGreaterThan(Date.now());
    // Until it listens, a change could go unheard; from then on it asks no more.
    await eventually(
      async () => {
        const before = await readsOf(connection);
        const tokens = await Promise.all(
          Array.from({ length: 50 }, () => lockkeeper.token('sandbox', connection.user)),
        );
        expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
        return before === (await readsOf(connection));
      },
      { what: 'fifty tokens cost no read' },
    );
    await desk.refresh(connection);
    await eventually(async () => (await lockkeeper.token('sandbox', connection.user)).version === 2, {
      what: 'the event has the old one dropped',
    });
    expect((await lockkeeper.token('sandbox', connection.user, { minVersion: 2 })).version).toBe(2);
  });

  it('calls an API, and once more with a newer token when it refuses the old one', async () => {
    const connection = await desk.connect('sandbox');
    const lockkeeper = client({ listen: false });
    const stale = await lockkeeper.token('sandbox', connection.user);
    await desk.refresh(connection); // which revokes the old one: the client does not hear of it
    await eventually(async () => (await statusWith(stale.accessToken)) === 401, { what: 'the old one is refused' });
    const init = {
      method: 'POST',
      body: JSON.stringify({ text: 'hello' }),
      headers: { 'content-type': 'application/json' },
    };
    const response = await lockkeeper.fetch('sandbox', connection.user, api('notes'), init);
    expect([response.status < 300, stale.version]).toEqual([true, 1]);
    expect((await lockkeeper.token('sandbox', connection.user)).version).toBe(2);
  });

  it('hands the API’s own refusal over when there is no newer token', async () => {
    const connection = await desk.connect('sandbox');
    const lockkeeper = client({ listen: false });
    await lockkeeper.token('sandbox', connection.user);
    await desk.revoke(connection);
    const response = await lockkeeper.fetch('sandbox', connection.user, api('me'));
    expect(response.status).toBe(401);
  });

  it('has Lockkeeper make a call, and finds a value in the answer', async () => {
    const { status, found, tokenVersion } = await client({ listen: false }).request('sandbox', ada.user, {
      method: 'GET',
      url: 'me',
      find: 'login',
    });
    expect([status, typeof found, tokenVersion]).toEqual([200, 'string', 1]);
  });

  it('reports an exposed token: it is revoked at the provider, another one is issued, and both audit logs have it', async () => {
    const connection = await desk.connect('sandbox');
    const lockkeeper = client({ listen: false });
    const exposed = await lockkeeper.token('sandbox', connection.user);
    const outcome = await lockkeeper.report('sandbox', connection.user, { version: 1, reason: 'exposed' });
    expect(outcome).toMatchObject({ outcome: 'rotated', version: 2, readable: true });
    const fresh = await lockkeeper.token('sandbox', connection.user);
    expect(fresh.version).toBe(2);
    await eventually(async () => (await statusWith(exposed.accessToken)) === 401, { what: 'the exposed one is dead' });
    expect(await statusWith(fresh.accessToken)).toBe(200);
    const entries = async (admin: typeof system.admin, action: string) =>
      succeeded(await admin.get<{ items: { actor: string }[] }>(`/v1/audit?objectId=${connection.id}&action=${action}`))
        .items;
    for (const items of [
      await entries(system.admin, 'token.reported_exposed'),
      await entries(system.tokensAdmin, 'token.reported'),
    ]) {
      expect(items.map(({ actor }) => actor)).toEqual([`consumer:${consumerId}`]);
    }
    // Again for the same version: it was replaced, and nothing more is done.
    const again = await lockkeeper.report('sandbox', connection.user, { version: 1, reason: 'exposed' });
    expect(again).toMatchObject({ outcome: 'rotated', version: 2 });
    expect((await desk.look(connection)).version).toBe(2);
  });

  it('reports a rejected token: it is refreshed', async () => {
    const connection = await desk.connect('sandbox');
    const report = { version: 1, reason: 'rejected' } as const;
    const outcome = await client({ listen: false }).report('sandbox', connection.user, report);
    expect(outcome).toMatchObject({ outcome: 'rotated', version: 2, readable: true });
  });

  it.each(['sse', 'nats'] as const)('tells events over %s, and goes on where it left off', async (transport) => {
    const connection = await desk.connect('sandbox');
    const lockkeeper = client({ listen: false });
    const heard: HeardEvent[] = [];
    const until = async (version: number, lastEventId?: string): Promise<HeardEvent> => {
      const options = { apiService: 'sandbox', transport, ...(lastEventId !== undefined && { lastEventId }) };
      for await (const event of lockkeeper.events({ ...options, signal: AbortSignal.timeout(120_000) })) {
        heard.push(event);
        if (event.subject === connection.id && event.data.version === version) return event;
      }
      throw new Error(`version ${version} was not heard of`);
    };
    const first = until(2, '0');
    await desk.refresh(connection);
    const { lastEventId } = await first;
    await desk.refresh(connection); // while nobody listens
    await until(3, lastEventId ?? undefined);
    const versions = heard.filter(({ subject }) => subject === connection.id).map(({ data }) => data.version);
    expect([...new Set(versions)].slice(-2)).toEqual([2, 3]);
    expect(JSON.stringify(heard)).not.toContain((await lockkeeper.token('sandbox', connection.user)).accessToken);
  });

  it('has the user asked to reauthorize', async () => {
    const notice = await client({ listen: false }).notify('sandbox', ada.user, { reason: 'a test' });
    expect(notice.noticeId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells by the kind of error what there is to do', async () => {
    const lockkeeper = client({ listen: false });
    await expect(lockkeeper.token('calendar', 'ada')).rejects.toBeInstanceOf(AccessRefused);
    const unknown = await lockkeeper.token('sandbox', 'nobody').catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(LockkeeperProblem);
    expect(unknown).toMatchObject({ code: 'connection_unknown', status: 404, hint: expect.any(String) });
    const nowhere = new Lockkeeper({ url: 'http://127.0.0.1:1', key, listen: false });
    await expect(nowhere.token('sandbox', 'ada')).rejects.toBeInstanceOf(LockkeeperUnreachable);
    await expect(
      lockkeeper.token('sandbox', 'ada', { signal: AbortSignal.abort(new Error('no more')) }),
    ).rejects.toThrow('no more');
    const failure = await nowhere.token('a', 'b').catch((error: unknown) => error);
    expect([nowhere, lockkeeper, failure].map((shown) => inspect(shown, { depth: 9 })).join()).not.toContain(key);
  });

  describe('as a package', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lockkeeper-client-'));
      await mkdir(join(folder, 'app'));
      const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: CLIENT });
      const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
      expect(files.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']),
      );
      expect(files.some(({ path }) => /spec|tsbuildinfo|src\//.test(path))).toBe(false);
      await writeFile(join(folder, 'app', 'package.json'), '{ "private": true, "type": "module" }');
      const quiet = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')];
      await run('npm', ['install', ...quiet, join(folder, filename)], { cwd: join(folder, 'app') });
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('installs into an empty folder without a network, and each example of its README runs there', async () => {
      const readme = await readFile(join(CLIENT, 'README.md'), 'utf8');
      const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);
      expect(examples.length).toBeGreaterThanOrEqual(5);
      const env = {
        PATH: process.env['PATH'],
        LOCKKEEPER_URL: system.accessTokensUrl,
        LOCKKEEPER_KEY: key,
        API_URL: `${system.sandbox.url}/api`,
      };
      for (const [index, code] of examples.entries()) {
        const file = join(folder, 'app', `example-${index}.js`);
        await writeFile(file, code);
        const { stdout } = await run(process.execPath, [file], { cwd: join(folder, 'app'), env, timeout: 120_000 });
        expect(stdout.length).toBeGreaterThan(3);
      }
    });
  });
});
