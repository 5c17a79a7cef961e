import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '@lockkeeper/local-stack';
import { Hopeless, eventually } from '../support/eventually.js';

/** A Lockkeeper that runs: what `npm start` writes into `.lockkeeper/runtime.json`. */
export interface Installation {
  credentialsUrl: string;
  accessTokensUrl: string;
  sandboxUrl: string;
  natsUrl: string;
  keys: { credentialsAdmin: string; accessTokensAdmin: string };
}

export interface FoundInstallation {
  installation: Installation;
  /** Holds `consumers-scope.nk` and `consumers.pub`. */
  accountsDirectory: string;
  /** Ends it, if it was started for us. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;

const PROJECT = resolve(import.meta.dirname, '../../../..');

/** Where `npm start` keeps what it runs. */
export const usualDirectory = (): string => process.env['LOCKKEEPER_DIRECTORY'] ?? join(PROJECT, '.lockkeeper');

/** The one that `npm start` runs, if all of it answers. */
export async function findRunning(directory: string): Promise<FoundInstallation | null> {
  const installation = await readRuntime(directory);
  if (!installation || !(await answers(installation))) return null;
  return { installation, accountsDirectory: join(directory, 'nats'), stop: async () => undefined };
}

/**
 * One of our own, beside the newcomer's: on free ports, with servers, keys and data of its own, which the next demo uses
 * again.
 */
export async function startOwn(directory: string): Promise<FoundInstallation> {
  const child = spawn(process.execPath, [join(PROJECT, 'libs/local-stack/dist/npm-start.js')], {
    cwd: PROJECT,
    env: await environmentOf(directory),
    // It stops when the channel closes, however we end.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const stop = (): Promise<void> => end(child);
  try {
    await untilReady(child);
    return { installation: (await readRuntime(directory))!, accountsDirectory: join(directory, 'nats'), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** Servers that the environment names are the newcomer's, and stay out of it. */
async function environmentOf(directory: string): Promise<NodeJS.ProcessEnv> {
  const {
    CREDENTIALS_DATABASE_URL: _one,
    ACCESS_TOKENS_DATABASE_URL: _two,
    NATS_URL: _three,
    ...environment
  } = process.env;
  const [credentials, accessTokens, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
  return {
    // Nobody should wait a minute to see a rotation.
    SANDBOX_ACCESS_TOKEN_SECONDS: '30',
    ...environment,
    LOCKKEEPER_DIRECTORY: directory,
    CREDENTIALS_PORT: String(credentials),
    ACCESS_TOKENS_PORT: String(accessTokens),
    SANDBOX_PORT: String(sandbox),
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let printed = '';
  const keep = (chunk: Buffer): void => void (printed += chunk.toString('utf8'));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Hopeless(`Lockkeeper did not start:\n${printed}`);
      return printed.includes('Lockkeeper is ready');
    },
    { what: 'Lockkeeper is ready', deadlineMs: START_DEADLINE_MS },
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(hurry);
}

async function readRuntime(directory: string): Promise<Installation | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'runtime.json'), 'utf8')) as Installation;
  } catch {
    return null; // nothing was ever started here
  }
}

async function answers({ credentialsUrl, accessTokensUrl, sandboxUrl }: Installation): Promise<boolean> {
  const addresses = [`${credentialsUrl}/health/ready`, `${accessTokensUrl}/health/ready`, `${sandboxUrl}/jwks`];
  const asked = await Promise.allSettled(addresses.map((url) => fetch(url, { signal: AbortSignal.timeout(2000) })));
  return asked.every((outcome) => outcome.status === 'fulfilled' && outcome.value.ok);
}
