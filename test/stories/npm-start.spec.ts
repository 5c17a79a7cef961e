import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TemporaryStack, freePort } from '@lockkeeper/local-stack';
import { COMPILE_CACHE } from '../support/app-process.js';
import { freshDatabases } from '../support/databases.js';
import { Hopeless, eventually } from '../support/eventually.js';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const READY = 'Lockkeeper is ready';

/** The program behind `npm start`, after everything is installed and built. */
describe('npm start', () => {
  let directory: string;
  let environment: Record<string, string>;
  let program: ChildProcess;
  let printed: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lockkeeper-npm-start-'));
    // What its apps compile at their first start was compiled long ago.
    await mkdir(COMPILE_CACHE, { recursive: true });
    await symlink(COMPILE_CACHE, join(directory, 'compiled'));
    const [databases, ...ports] = await Promise.all([freshDatabases(), freePort(), freePort(), freePort()]);
    environment = {
      LOCKKEEPER_DIRECTORY: directory,
      CREDENTIALS_DATABASE_URL: databases.credentialsDatabaseUrl,
      ACCESS_TOKENS_DATABASE_URL: databases.accessTokensDatabaseUrl,
      CREDENTIALS_PORT: String(ports[0]),
      ACCESS_TOKENS_PORT: String(ports[1]),
      SANDBOX_PORT: String(ports[2]),
    };
  });

  afterEach(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (more: Record<string, string> = {}): void => {
    printed = '';
    program = spawn(process.execPath, ['libs/local-stack/dist/npm-start.js'], {
      cwd: PROJECT,
      env: { PATH: process.env.PATH, NATS_SERVER_BIN: process.env.NATS_SERVER_BIN, ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [program.stdout!, program.stderr!]) stream.on('data', (chunk) => (printed += String(chunk)));
  };
  const ended = (): boolean => program.exitCode !== null || program.signalCode !== null;
  const ready = () =>
    eventually(
      () => {
        if (ended()) throw new Hopeless(printed);
        return printed.includes(READY);
      },
      { what: 'it is ready', deadlineMs: 240_000 },
    );
  const stop = async (): Promise<number | null> => {
    if (!ended()) {
      program.kill('SIGTERM');
      await once(program, 'exit');
    }
    return program.exitCode;
  };
  const runtime = async () => JSON.parse(await readFile(join(directory, 'runtime.json'), 'utf8'));
  const answers = async (url: string, key?: string): Promise<number> => {
    const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
    const response = await fetch(url, { headers });
    await response.text();
    return response.status;
  };
  const modeOf = async (...path: string[]): Promise<number> => (await stat(join(directory, ...path))).mode & 0o777;

  it('brings up both workspaces and the sandbox, tells programs where they are, and leaves nothing behind when it is stopped', async () => {
    start();
    await ready();
    const { credentialsUrl, accessTokensUrl, sandboxUrl, keys } = await runtime();
    expect(await answers(`${credentialsUrl}/v1/api-services`, keys.credentialsAdmin)).toBe(200);
    expect(await answers(`${accessTokensUrl}/v1/consumers`, keys.accessTokensAdmin)).toBe(200);
    expect(await answers(`${sandboxUrl}/.well-known/openid-configuration`)).toBe(200);
    expect(await modeOf('runtime.json')).toBe(0o600);
    expect(await modeOf('secrets')).toBe(0o700);
    for (const file of await readdir(join(directory, 'secrets'))) expect(await modeOf('secrets', file)).toBe(0o600);
    expect(printed.trimEnd().endsWith(READY)).toBe(true);
    for (const key of Object.values<string>(keys)) expect(printed).not.toContain(key);

    expect(await stop()).toBe(0);
    await expect(answers(`${credentialsUrl}/health/live`)).rejects.toThrow();
    await expect(answers(`${accessTokensUrl}/health/live`)).rejects.toThrow();
    expect(await readdir(join(directory, 'run'))).toEqual([]);
    await expect(runtime()).rejects.toThrow(/ENOENT/);
  });

  it('uses a NATS server that is there already', async () => {
    const stack = await TemporaryStack.start({ postgres: false });
    try {
      start({
        NATS_URL: stack.nats.url,
        NATS_PROVISIONER_CREDS_FILE: stack.nats.credsFile('provisioner'),
        CREDENTIALS_NATS_CREDS_FILE: stack.nats.credsFile('credentials'),
        ACCESS_TOKENS_NATS_CREDS_FILE: stack.nats.credsFile('access-tokens'),
      });
      await ready();
      const { accessTokensUrl, natsUrl } = await runtime();
      expect(natsUrl).toBe(stack.nats.url);
      const readiness = await (await fetch(`${accessTokensUrl}/health/ready`)).json();
      expect(readiness).toMatchObject({ checks: { nats: { state: 'up' } } });
      await stop();
    } finally {
      await stack.remove();
    }
  });

  it('names the port that is taken, and the setting that chooses another one', async () => {
    const stranger = createServer().listen(Number(environment.ACCESS_TOKENS_PORT), '127.0.0.1');
    await once(stranger, 'listening');
    start();
    await once(program, 'exit');
    stranger.close();
    expect(program.exitCode).toBe(1);
    expect(printed).toContain(`Port ${environment.ACCESS_TOKENS_PORT}`);
    expect(printed).toContain('ACCESS_TOKENS_PORT=<port>');
  });

  it('is refused in a folder where it runs already, and does the one that runs no harm', async () => {
    start();
    await ready();
    const first = program;
    const { credentialsUrl } = await runtime();
    start();
    await once(program, 'exit');
    expect(program.exitCode).toBe(1);
    expect(printed).toContain(`as process ${first.pid}`);
    expect(await answers(`${credentialsUrl}/health/live`)).toBe(200);
    program = first;
  });

  it('stops everything when one of its apps dies, and shows that one’s last words', async () => {
    start();
    await ready();
    const { credentialsUrl } = await runtime();
    const { pid } = JSON.parse(await readFile(join(directory, 'run', 'access-tokens.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await once(program, 'exit');
    expect(program.exitCode).toBe(1);
    expect(printed).toMatch(/access-tokens was ended by SIGKILL[\s\S]*The last lines of its log/);
    await expect(answers(`${credentialsUrl}/health/live`)).rejects.toThrow();
  });

  it('recovers from a kill -9 of itself: what it left is ended, and all of it answers again', async () => {
    start();
    await ready();
    program.kill('SIGKILL');
    await once(program, 'exit');
    start();
    await ready();
    expect(printed).toContain('ended what the last run left behind: access-tokens, credentials, nats-server, sandbox');
    expect(await stop()).toBe(0);
  });
});
