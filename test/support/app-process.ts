import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { PROJECT_ROOT } from '@lockkeeper/local-stack';
import { Hopeless, eventually } from './eventually.js';

export type LogLine = Record<string, unknown>;

const READY_DEADLINE_MS = 240_000;
const LAST_WORDS = 3000;
/** What V8 made of the sources: hundreds of starts in one run needn't each begin there. */
export const COMPILE_CACHE = resolve(PROJECT_ROOT, 'node_modules', '.cache', 'lockkeeper-compiled');
const STOP_DEADLINE_MS = 60_000;

/** One replica of an app: the built program as a process of its own, everything that it prints kept. */
export class AppProcess {
  private child: ChildProcess | null = null;
  private printed = '';

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly program: string,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param changes of its settings, for this life only. @throws with its last words if it ends before it is ready */
  async start(changes: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, ['--enable-source-maps', resolve(PROJECT_ROOT, this.program)], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...this.environment,
        ...changes,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const keep = (chunk: Buffer): void => void (this.printed += chunk.toString('utf8'));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', (code) => {
      process.off('exit', endWithUs);
      // Nobody asked for it: whatever waits for this process will say something else when it gives up.
      if (code) console.error(`${this.name} ended with ${code}:\n${this.printed.slice(-LAST_WORDS)}`);
    });
    await eventually(() => this.isReady(child), { what: `${this.name} is ready`, deadlineMs: READY_DEADLINE_MS });
  }

  /** SIGSTOP and SIGCONT, for one: nobody waits for anything. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What ended it, if a signal did. */
  get endedBy(): NodeJS.Signals | null {
    return this.child?.signalCode ?? null;
  }

  get pid(): number {
    if (!this.running) throw new Error(`${this.name} does not run.`);
    return this.child!.pid!;
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
    const end = child.exitCode ?? child.signalCode;
    if (end !== null) throw new Hopeless(`${this.name} ended with ${end}:\n${this.printed.slice(-LAST_WORDS)}`);
    const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(10_000) });
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
