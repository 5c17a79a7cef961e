import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, type ProblemBody, succeeded } from '../support/api-client.js';
import { clockAhead } from '../support/clock-ahead.js';
import { publicationOf, replyOf, tokenOf } from '../support/credentials-stand-in.js';
import { rowsOf } from '../support/database-copy.js';
import { freshDatabases } from '../support/databases.js';
import { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { OpenWorkspace } from '../support/open-workspace.js';

interface Readiness {
  status: string;
  checks: Record<string, { state: string }>;
}

describe('access-tokens, while what it leans on is away', () => {
  let workspace: OpenWorkspace;
  let reader: ApiClient;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ ownPostgres: true });
    reader = await workspace.reader();
  });
  afterAll(() => workspace?.stop());

  const published = async (changes: Parameters<typeof publicationOf>[0] = {}) => {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication;
  };
  const read = (user: string) => reader.get<Record<string, unknown> & ProblemBody>(`/v1/tokens/sandbox/${user}`);
  const readiness = async (): Promise<Readiness> => (await reader.get<Readiness>('/health/ready')).body;
  const becomes = (name: string, state: string) =>
    eventually(async () => (await readiness()).checks[name]?.state === state, { what: `${name} is ${state}` });

  it('a right clock: replicas whose own are minutes off hand out what lives, and nothing that is dead', async () => {
    const [ahead, behind] = await Promise.all([
      workspace.replica('ahead', clockAhead(10)),
      workspace.replica('behind', clockAhead(-10)),
    ]);
    try {
      await Promise.all([ahead.start(), behind.start()]);
      const [living, expired] = [
        await published({ token: tokenOf(5 * 60_000) }),
        await published({ token: tokenOf(-60_000) }),
      ];
      for (const { url } of [ahead, behind]) {
        const there = reader.at(url);
        // Twice: the second time it is answered from memory.
        for (const { user } of [living, living])
          expect((await there.get(`/v1/tokens/sandbox/${user}`)).status).toBe(200);
        expect((await there.get(`/v1/tokens/sandbox/${expired.user}`)).status).toBeGreaterThanOrEqual(400);
      }
    } finally {
      await Promise.all([ahead.stop(), behind.stop()]);
    }
  });

  it('NATS: reads go on, commands are refused at once, and it says that it is degraded', async () => {
    const [living, expired] = [await published(), await published({ token: tokenOf(-1000) })];
    await workspace.stack.nats.stop();
    await becomes('nats', 'degraded');
    expect((await reader.get('/health/ready')).status).toBe(200);
    expect((await read(living.user)).status).toBe(200);
    const refused = await read(expired.user);
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'refresh_failing',
      '5',
    ]);
    const command = await reader.post<ProblemBody>(`/v1/tokens/sandbox/${living.user}/refresh`, { supersedes: 1 });
    expect([command.status, command.body.code]).toEqual([503, 'nats_unavailable']);
    await workspace.stack.nats.start();
    await becomes('nats', 'up');
  });

  it('NATS killed and back: intake and events go on by themselves', async () => {
    await workspace.stack.nats.kill();
    await workspace.stack.nats.start();
    const { url: natsUrl, home: accountsDirectory } = workspace.stack.nats;
    const listener = await EventListener.start({ natsUrl, accountsDirectory, apiService: 'sandbox' });
    const publication = publicationOf();
    await eventually(() => workspace.credentials.publish(publication).then(() => true), {
      what: 'credentials is back',
    });
    await listener.hears('connection.authorized', ({ subject }) => subject === publication.connectionId);
    expect((await read(publication.user)).status).toBe(200);
    await listener.stop();
  });

  it('PostgreSQL: it stays alive, says that it is down, and takes in afterwards what came meanwhile', async () => {
    const before = await published();
    await workspace.stack.postgres.stop();
    await becomes('database', 'down');
    expect((await reader.get('/health/ready')).status).toBe(503);
    expect((await reader.get('/health/live')).status).toBe(200);
    expect((await read(before.user)).status).toBeGreaterThanOrEqual(500);
    const lines = (event: string): number =>
      workspace.replicas[0]!.lines.filter((line) => line['event'] === event).length;
    const [held, failed] = [lines('messages_held'), lines('message_failed')];
    const meanwhile = Array.from({ length: 20 }, () => publicationOf());
    for (const publication of meanwhile) await workspace.credentials.publish(publication);
    await eventually(() => lines('messages_held') > held, { what: 'what can’t be taken in is held' });
    await workspace.stack.postgres.start();
    await becomes('database', 'up');
    await Promise.all(meanwhile.map((publication) => workspace.knows(publication)));
    // Held in hand, none was given back to come again some time; and it is told once.
    expect([lines('messages_held') - held, lines('message_failed') - failed]).toEqual([1, 0]);
    expect((await read(before.user)).status).toBe(200);
    expect(workspace.replicas[0]!.running).toBe(true);
  });

  it('PostgreSQL: no token leaves that nobody has written down, and what was read before is not lost', async () => {
    const [known, unread] = [await published(), await published()];
    for (let reads = 0; reads < 3; reads += 1) expect((await read(known.user)).status).toBe(200);
    await workspace.stack.postgres.stop();
    const [first, again] = [await read(unread.user), await read(unread.user)];
    expect([first.status, again.status].every((status) => status >= 500)).toBe(true);
    expect(first.text + again.text).not.toContain(unread.token!.accessToken);
    await eventually(async () => (await read(known.user)).status === 503, {
      what: 'what is remembered counts no more',
    });
    await workspace.stack.postgres.start();
    await becomes('database', 'up');
    const exposures = (of: string) =>
      rowsOf(workspace.databaseUrl, 'SELECT reads::int FROM exposures WHERE connection_id = $1', [of]);
    expect(await exposures(unread.connectionId)).toEqual([]);
    const path = `/v1/exposures?connection=${known.connectionId}`;
    await eventually(
      async () => succeeded(await workspace.admin.get<{ items: { reads: number }[] }>(path)).items[0]!.reads >= 3,
      { what: 'the reads before are counted' },
    );
    expect((await read(unread.user)).status).toBe(200);
    expect(await exposures(unread.connectionId)).toEqual([{ reads: 1 }]);
  });

  it('PostgreSQL restarted under load: every reader gets a token or an error, and nothing hangs', async () => {
    const { user } = await published();
    let stop = false;
    const statuses: number[] = [];
    const load = Array.from({ length: 8 }, async () => {
      while (!stop) statuses.push((await read(user)).status);
    });
    await workspace.stack.postgres.restart();
    await eventually(() => statuses.at(-1) === 200 && statuses.length > 50, { what: 'reads succeed again' });
    stop = true;
    await Promise.all(load);
    expect(new Set(statuses.filter((status) => status !== 200 && status < 500))).toEqual(new Set());
  });
});

describe('access-tokens, stopping and starting', () => {
  let workspace: OpenWorkspace;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ env: { ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS: '30' } });
  });
  afterAll(() => workspace?.stop());

  it('SIGTERM lets a reader that waits have its token, empties the outbox, and ends the process', async () => {
    const [replica] = workspace.replicas;
    const { url: natsUrl, home: accountsDirectory } = workspace.stack.nats;
    const listener = await EventListener.start({ natsUrl, accountsDirectory, apiService: 'sandbox' });
    const expired = publicationOf({ token: tokenOf(-1000) });
    await workspace.credentials.publish(expired);
    await workspace.knows(expired);
    let asked: () => void;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    await workspace.credentials.attend(async (command) => {
      asked();
      await eventually(() => isStopping(replica!.url), { what: 'it is stopping' });
      await workspace.credentials.publish(
        publicationOf({ ...expired, version: 2, revision: 2, cause: 'rotated', token: tokenOf() }),
      );
      return replyOf(command);
    });
    const reading = (await workspace.reader()).get(`/v1/tokens/sandbox/${expired.user}`);
    await wasAsked;
    const ended = replica!.stop('SIGTERM');
    expect((await reading).body.version).toBe(2);
    expect([0, 'SIGTERM']).toContain(await ended);
    await listener.hears('token.rotated', ({ subject }) => subject === expired.connectionId);
    await listener.stop();
    await replica!.start();
  });

  /** A server that closes takes no new connections. */
  const isStopping = async (url: string): Promise<boolean> =>
    fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
      (response) => response.status === 503,
      () => true,
    );

  it('starts while NATS is away, and takes in what is there when it is back', async () => {
    await workspace.stack.nats.stop();
    const late = await workspace.replica('late');
    await late.start();
    await workspace.stack.nats.start();
    const publication = publicationOf();
    await eventually(() => workspace.credentials.publish(publication).then(() => true), {
      what: 'credentials is back',
    });
    await workspace.knows(publication);
    await late.stop();
  });

  it('refuses to start with another installation’s key ring, naming the key', async () => {
    await workspace.credentials.publish(publicationOf());
    const other = await workspace.replica('other', {
      ACCESS_TOKENS_KEY_RING_FILE: workspace.secrets.path('credentialsKeyRing'),
    });
    await expect(other.start()).rejects.toThrow(
      /ACCESS_TOKENS_KEY_RING_FILE does not fit this database: its key `k1` is not the `k1`/,
    );
  });

  it('refuses to start without a key, naming the setting', async () => {
    const other = await workspace.replica('other', {
      CREDENTIALS_PUBLIC_KEYS_FILE: '/nowhere',
      ACCESS_TOKENS_PORT: 'x',
    });
    await expect(other.start()).rejects.toThrow(/ACCESS_TOKENS_PORT/);
    const another = await workspace.replica('another', { CREDENTIALS_PUBLIC_KEYS_FILE: '/nowhere' });
    await expect(another.start()).rejects.toThrow(/CREDENTIALS_PUBLIC_KEYS_FILE: the file can't be read \(ENOENT\)/);
  });

  it('starts twice at once on an empty database', async () => {
    const { accessTokensDatabaseUrl: url } = await freshDatabases();
    const make = (name: string) => workspace.replica(name, { ACCESS_TOKENS_DATABASE_URL: url });
    const twins = await Promise.all(['twin-1', 'twin-2'].map(make));
    await Promise.all(twins.map((twin) => twin.start()));
    expect(await rowsOf(url, 'SELECT name, role FROM access_keys')).toEqual([
      { name: 'first admin key', role: 'admin' },
    ]);
    await Promise.all(twins.map((twin) => twin.stop()));
  });
});
