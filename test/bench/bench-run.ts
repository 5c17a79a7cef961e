import type { Measurement } from './measurement.js';

/** Measures one thing. It starts its own real parts, and leaves none behind. */
export interface Bench {
  /** One line for `npm run bench -- --help`. */
  about: string;
  run(run: BenchRun): Promise<Measurement[]>;
}

/** What a bench is given: a voice, and somebody who cleans up after it, whatever happens. */
export class BenchRun {
  private readonly endings: (() => Promise<unknown> | unknown)[] = [];

  constructor(
    readonly name: string,
    /** How large a table is to be, where a bench leaves that open. */
    readonly connections: number | null = null,
  ) {}

  /** Tells what goes on, on stderr: stdout is the table's. */
  say(line: string): void {
    process.stderr.write(`${this.name}: ${line}\n`);
  }

  /** Keeps what was started, to be ended after the bench; the last one first. */
  async uses<T>(started: Promise<T>, end: (part: T) => Promise<unknown> | unknown): Promise<T> {
    const part = await started;
    this.endings.push(() => end(part));
    return part;
  }

  /** @throws the first failure, after all were tried */
  async cleanUp(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.endings.splice(0).reverse()) {
      try {
        await end();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
