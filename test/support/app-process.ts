import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Hopeless, eventually } from './eventually.js';

export type LogLine = Record<string, unknown>;

const PROJECT = resolve(import.meta.dirname, '..', '..');
const READY_DEADLINE_MS = 100_000;
const STOP_DEADLINE_MS = 20_000;

/** One replica of an app: the built program as a process of its own, everything that it prints kept. */
export class AppProcess {
  private child: ChildProcess | null = null;
  private printed = '';

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly program: string,
    private readonly environment: Record<string, string>,
  ) {}

  /** @throws with its last words if it ends before it is ready */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--enable-source-maps', resolve(PROJECT, this.program)], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const keep = (chunk: Buffer): void => void (this.printed += chunk.toString('utf8'));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    process.once('exit', () => child.kill('SIGKILL'));
    await eventually(() => this.isReady(child), { what: `${this.name} is ready`, deadlineMs: READY_DEADLINE_MS });
  }

  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Everything it printed, over all its runs. */
  get text(): string {
    return this.printed;
  }

  /** Its log lines; what isn't JSON is left out here, not in `text`. */
  get lines(): LogLine[] {
    return this.printed
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .flatMap((line) => parseLine(line));
  }

  /** Ends it and waits until it is gone. @returns its exit code, or the signal that ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    const { child } = this;
    if (!child || !this.running) return child?.exitCode ?? child?.signalCode ?? 0;
    const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    clearTimeout(hurry);
    return child.exitCode ?? child.signalCode ?? 0;
  }

  private async isReady(child: ChildProcess): Promise<boolean> {
    if (child.exitCode !== null) {
      throw new Hopeless(`${this.name} ended with ${child.exitCode}:\n${this.printed.slice(-3000)}`);
    }
    const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await response.text();
    return response.ok;
  }
}

/** The last line may be cut off while it is written. */
function parseLine(line: string): LogLine[] {
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
