import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from './log-tail.js';
import { becomesTrue } from './ports.js';
import { privateDirectory, readIfThere, replacePrivateFile } from './private-files.js';
import { commandLineOf } from './process-identity.js';

export interface ProcessDescription {
  /** Names its pid file and its log. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Holds `run/<name>.pid` and `logs/<name>.log`. */
  directory: string;
}

export interface ExitReport {
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** False if nobody here asked for it. */
  wanted: boolean;
  lastLogLines: string[];
}

export interface PidFile {
  pid: number;
  commandLine: string;
}

const STOP_GRACE_MS = 10_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * One child process: logged to a file, remembered in a pid file, its exit noticed.
 * It gets a process group of its own, so that Ctrl-C in the terminal reaches only us, and we stop things in their order.
 * The price is that it outlives a parent that was killed; the pid file lets the next start find and end it.
 */
export class SupervisedProcess {
  readonly exited: Promise<ExitReport>;
  private wanted = false;

  private constructor(
    readonly description: ProcessDescription,
    private readonly child: ChildProcess,
    readonly logFile: string,
    /** Where this run begins in the log, which earlier runs have written to. */
    private readonly logStart: number,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve(this.report(null, null)));
      child.once('exit', (code, signal) => resolve(this.report(code, signal)));
    });
  }

  /** Ends what an earlier, killed parent left under this name, then starts anew. */
  static async start(description: ProcessDescription): Promise<SupervisedProcess> {
    const { name, command, args, env, cwd, directory } = description;
    await endOrphan(directory, name);
    const logFile = await prepareLog(directory, name);
    const log = openSync(logFile, 'a', 0o600);
    try {
      const { size } = fstatSync(log);
      const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', log, log] });
      const supervised = new SupervisedProcess(description, child, logFile, size);
      if (child.pid) await remember(directory, name, { pid: child.pid, commandLine: [command, ...args].join(' ') });
      return supervised;
    } finally {
      closeSync(log);
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** SIGTERM, and SIGKILL for what hasn't ended after the grace. */
  async stop(graceMs = STOP_GRACE_MS): Promise<ExitReport> {
    this.wanted = true;
    if (this.running) this.child.kill('SIGTERM');
    const killing = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    const report = await this.exited;
    clearTimeout(killing);
    await rm(pidFile(this.description.directory, this.description.name), { force: true });
    return report;
  }

  /** As a crash would end it. The pid file stays, as it would after a crash. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ExitReport> {
    this.wanted = true;
    this.child.kill(signal);
    return this.exited;
  }

  private report(code: number | null, signal: NodeJS.Signals | null): ExitReport {
    const lastLogLines = lastLines(this.logFile, 15, this.logStart);
    return { name: this.description.name, code, signal, wanted: this.wanted, lastLogLines };
  }
}

/** Ends a process of ours whose parent is gone: it must be alive and still be what the pid file says that we started. */
export async function endOrphan(directory: string, name: string): Promise<boolean> {
  const file = pidFile(directory, name);
  const orphan = parsePidFile(await readIfThere(file));
  const found = orphan !== null && (await commandLineOf(orphan.pid)) === orphan.commandLine;
  if (found) await end(orphan.pid);
  await rm(file, { force: true });
  return found;
}

export async function end(pid: number, graceMs = STOP_GRACE_MS): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!sendSignal(pid, signal)) return;
    if (await becomesTrue(async () => (await commandLineOf(pid)) === null, graceMs)) return;
  }
}

/** @returns false if the process is gone */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

const pidFile = (directory: string, name: string): string => join(directory, 'run', `${name}.pid`);

async function remember(directory: string, name: string, content: PidFile): Promise<void> {
  await replacePrivateFile(pidFile(directory, name), JSON.stringify(content));
}

export function parsePidFile(content: string | null): PidFile | null {
  if (content === null) return null;
  try {
    return JSON.parse(content) as PidFile;
  } catch {
    return null; // cut off by a crash while it was written: as good as none
  }
}

/** Appended to over restarts, so that a crash's last words survive; the one before it is kept as `.1`. */
async function prepareLog(directory: string, name: string): Promise<string> {
  const file = join(await privateDirectory(join(directory, 'logs')), `${name}.log`);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
  return file;
}
