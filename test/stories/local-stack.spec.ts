import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { InstallationSecrets, LocalStack } from '@lockkeeper/local-stack';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';

const PROJECT = resolve(import.meta.dirname, '..', '..');

describe('the local stack', () => {
  let place: string;
  let running: LocalStack[];

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'lockkeeper-local-stack-'));
    await chmod(place, 0o711);
    running = [];
  });

  afterEach(async () => {
    for (const stack of running) await stack.stop();
    await rm(place, { recursive: true, force: true });
  });

  const directory = () => join(place, 'private');
  const options = () => ({ directory: directory(), postgresDataDirectory: join(place, 'postgres') });
  const start = async (): Promise<LocalStack> => {
    const stack = new LocalStack(options());
    running.push(stack);
    return stack.start();
  };
  const query = async (url: string, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const store = async (stack: LocalStack, subject: string): Promise<void> => {
    const connection = await connectAs(stack.nats, 'credentials');
    await jetstream(connection, { checkAPI: false }).publish(subject, 'kept');
    await connection.close();
  };
  const storedMessages = async (stack: LocalStack): Promise<number> => {
    const connection = await connectAs(stack.nats, 'provisioner');
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { messages } = (await manager.streams.info('PUBLICATIONS')).state;
    await connection.close();
    return messages;
  };

  it('finds its data and its ports again at the second start', async () => {
    const first = await start();
    const { credentialsDatabaseUrl } = await first.postgres.createWorkspaceDatabases();
    await query(credentialsDatabaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    await store(first, 'lockkeeper.publications.c1');
    await first.stop();

    const second = await start();
    expect(await second.postgres.createWorkspaceDatabases()).toMatchObject({ credentialsDatabaseUrl });
    expect(await query(credentialsDatabaseUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(second.nats.url).toBe(first.nats.url);
    expect(await storedMessages(second)).toBe(1);
  });

  it('recovers by itself after a kill -9 of both servers', async () => {
    const stack = await start();
    const { accessTokensDatabaseUrl } = await stack.postgres.createWorkspaceDatabases();
    await query(accessTokensDatabaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    await store(stack, 'lockkeeper.publications.c1');
    await Promise.all([stack.postgres.kill(), stack.nats.kill()]);

    const next = await start();
    expect(await query(accessTokensDatabaseUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(await storedMessages(next)).toBe(1);
  });

  it('recovers after a kill -9 of the process that started it, and leaves nothing running in the end', async () => {
    const holder = await holdElsewhere(options());
    const orphans = await pidsOf(place);
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    const stack = await start();
    await query(stack.postgres.adminUrl, 'SELECT 1');
    await stack.stop();
    await eventually(() => orphans.every((pid) => !isAlive(pid)), { what: 'what the killed one left is gone' });
    expect((await pidsOf(place)).filter(isAlive)).toEqual([]);
  });

  it('is held by one process at a time, and says by which', async () => {
    const holder = await holdElsewhere(options());
    await expect(start()).rejects.toThrow(`as process ${holder.pid}`);
    running = [];
    holder.kill('SIGTERM');
    await once(holder, 'exit');
    await start();
  });

  it('moves to other ports where somebody else has taken its own meanwhile', async () => {
    const first = await start();
    const taken = [first.postgres.port, first.nats.port];
    await first.stop();
    const strangers = await Promise.all(taken.map((port) => occupy(port)));
    const second = await start();
    expect(taken).not.toContain(second.postgres.port);
    expect(taken).not.toContain(second.nats.port);
    await query(second.postgres.adminUrl, 'SELECT 1');
    for (const stranger of strangers) stranger.close();
  });

  it('does not believe a pid file that by now names a stranger', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(place, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(place, 'postgres')}\n`);
    await writeFile(
      join(directory(), 'run', 'nats-server.pid'),
      JSON.stringify({ pid: process.pid, commandLine: 'nats-server' }),
    );
    const second = await start();
    await query(second.postgres.adminUrl, 'SELECT 1');
  });

  it('gives each workspace a database that the other cannot enter', async () => {
    const stack = await start();
    const { credentialsDatabaseUrl, accessTokensDatabaseUrl } = await stack.postgres.createWorkspaceDatabases();
    const trespass = (url: string, database: string): Promise<unknown> =>
      query(Object.assign(new URL(url), { pathname: `/${database}` }).href, 'SELECT 1');
    await expect(trespass(accessTokensDatabaseUrl, 'credentials')).rejects.toThrow(/permission denied/);
    await expect(trespass(credentialsDatabaseUrl, 'access_tokens')).rejects.toThrow(/permission denied/);
    await expect(trespass(accessTokensDatabaseUrl, 'postgres')).rejects.toThrow(/permission denied/);
    await expect(query(accessTokensDatabaseUrl, 'SET ROLE credentials')).rejects.toThrow(/permission denied/);
  });

  it('draws an installation’s secrets once, for their owner alone, and the public sets hold nothing private', async () => {
    const secrets = await InstallationSecrets.generate(join(place, 'secrets'));
    const files = [...Object.values(secrets.credentialsSettings), ...Object.values(secrets.accessTokensSettings)];
    const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    await InstallationSecrets.generate(join(place, 'secrets'));
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(contents);
    expect(await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777))).toEqual(
      files.map(() => 0o600),
    );
    for (const file of files.filter((name) => name.includes('public'))) {
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
        keys: [expect.not.objectContaining({ d: expect.anything() })],
      });
    }
  });
});

/** Another process that starts the stack and stays, as `npm start` does. */
async function holdElsewhere(options: object): Promise<ChildProcess> {
  const program = `
    import { LocalStack } from '@lockkeeper/local-stack';
    const stack = await new LocalStack(${JSON.stringify(options)}).start();
    process.on('SIGTERM', () => stack.stop().then(() => process.exit(0)));
    console.log('started');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function pidsOf(place: string): Promise<number[]> {
  const nats = JSON.parse(
    await readFile(join(place, 'private', 'run', 'nats-server.pid'), 'utf8').catch(() => '{}'),
  ) as { pid?: number };
  const postgres = Number.parseInt(
    await readFile(join(place, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '0'),
    10,
  );
  return [nats.pid ?? 0, postgres].filter((pid) => pid > 0);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}

const occupy = (port: number): Promise<Server> =>
  new Promise((done, fail) => {
    const server: Server = createServer((socket) => socket.end('not yours\n'))
      .once('error', fail)
      .listen(port, '127.0.0.1', () => done(server));
  });
