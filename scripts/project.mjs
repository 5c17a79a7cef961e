// What every script here leans on. Runs on Node 20 before anything is installed: Node's own modules only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const inProject = (...path) => join(root, ...path);

/** The versions on which Lockkeeper runs; package.json says the same under `engines`. */
const OLDEST_NODE = [22, 17];

/** Says what went wrong, and what to do about it, without a stack. */
export class ScriptError extends Error {}

/** Runs a script's work; a failure ends it with a message and exit code 1. */
export async function script(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(error instanceof ScriptError ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  }
}

/** The Node to run with: the one that npm installed here, else the one that runs this, if it is new enough. */
export function nodeProgram() {
  const installed = inProject('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(installed) && spawnSync(installed, ['--version']).status === 0) return installed;
  const [major, minor] = process.versions.node.split('.').map(Number);
  const newEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (newEnough) return process.execPath;
  throw new ScriptError(
    `Node ${OLDEST_NODE.join('.')} or newer is needed, and this is ${process.versions.node}.\n` +
      'Usually npm installs one for this project; it could not (install scripts may be switched off).\n' +
      'Install a newer Node (https://nodejs.org), or run:  npm rebuild node',
  );
}

/**
 * Runs a program to its end in the project's folder. A signal that reaches us is passed on, and its end is waited for.
 * @returns {Promise<{ code: number, output: string }>} output only with `capture`
 */
export function run(command, args, { capture = false, env = process.env, ipc = false } = {}) {
  const stdio = capture ? ['ignore', 'pipe', 'pipe'] : ['inherit', 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd: root, env, stdio: ipc ? [...stdio, 'ipc'] : stdio });
  let output = '';
  for (const stream of capture ? [child.stdout, child.stderr] : []) {
    stream.on('data', (chunk) => (output += chunk));
  }
  const passOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const each of signals) process.off(each, passOn);
      resolve({ code: code ?? (signal ? 1 : 0), output });
    });
  });
}

/** Shows that something long is going on, once it is long: a ticking line on a terminal, a line now and then elsewhere. */
export async function progress(what, work) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const terminal = process.stdout.isTTY === true;
  let shown = false;
  const show = () => {
    process.stdout.write(terminal ? `\r${what} … ${seconds()}` : `${what} … ${seconds()}\n`);
    shown = true;
  };
  const first = setTimeout(show, 1500);
  const tick = setInterval(show, terminal ? 2000 : 10_000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(tick);
    if (shown) console.log(`${terminal ? '\r' : ''}${what}: ${seconds()}`);
  }
}
