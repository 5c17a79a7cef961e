import type { Writable } from 'node:stream';

const WIDTH = 100;

/** What a person reads while the story happens: each step with how it went, and at the end how many went well. */
export class Transcript {
  private passed = 0;
  private failed = 0;

  constructor(
    private readonly out: Writable,
    private readonly colours: boolean,
  ) {}

  chapter(title: string): void {
    this.write(`\n${this.paint(1, title)}`);
  }

  say(text: string): void {
    this.write(`    ${this.paint(2, text)}`);
  }

  /** @param work returns what is worth showing; a step that throws has failed, and so has the story */
  async step(claim: string, work: () => Promise<string | void> | string | void): Promise<void> {
    const began = performance.now();
    try {
      const detail = await work();
      this.passed += 1;
      this.write(`  ${this.paint(32, '✓')} ${claim}${this.duration(began)}`);
      if (detail)
        this.write(
          wrap(detail)
            .map((line) => `      ${this.paint(2, line)}`)
            .join('\n'),
        );
    } catch (fault) {
      this.failed += 1;
      this.write(`  ${this.paint(31, '✗')} ${claim}\n      ${(fault as Error).message}`);
      throw new StoryEnded(claim, { cause: fault });
    }
  }

  /** The last line. @returns whether all went well */
  end(): boolean {
    this.write(`\ndemo: ${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0;
  }

  /** For what goes wrong outside of a step. */
  fail(fault: unknown): void {
    this.failed += 1;
    this.write(`  ${this.paint(31, '✗')} ${(fault as Error).message}`);
  }

  private duration(began: number): string {
    const seconds = (performance.now() - began) / 1000;
    return seconds < 1 ? '' : this.paint(2, ` (${seconds.toFixed(1)} s)`);
  }

  private paint(code: number, text: string): string {
    return this.colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  private write(text: string): void {
    this.out.write(`${text}\n`);
  }
}

/** A step failed, and the transcript has told so: what follows makes no sense without it. */
export class StoryEnded extends Error {}

/** Enough of a secret to tell it from another one, and no more. */
export const mask = (secret: string): string => `${secret.slice(0, 6)}… (${secret.length} characters)`;

/** An address without its secrets: what its query tells, and tickets in its path. */
export function maskAddress(address: string): string {
  const url = new URL(address);
  const path = url.pathname.split('/').map((part) => (part.length > 20 ? `${part.slice(0, 4)}…` : part));
  const names = [...url.searchParams.keys()].filter((name) => MASKED.has(name)).map((name) => `${name}=…`);
  return `${url.origin}${path.join('/')}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

/** Query parameters that a reader looks for; the others are left out. */
const MASKED = new Set(['code', 'state', 'iss', 'code_challenge', 'redirect_uri']);

export function ensure(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

function wrap(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const lines = [''];
    for (const word of line.split(' ')) {
      if (lines.at(-1)!.length + word.length > WIDTH) lines.push('');
      lines[lines.length - 1] += `${lines.at(-1) ? ' ' : ''}${word}`;
    }
    return lines;
  });
}
