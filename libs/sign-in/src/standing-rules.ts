import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { BearerRule } from './bearer-rules.js';

export interface RulesFile {
  path: string;
  /** As it was read before Nest started, and found good. */
  text: string;
  /** The rules that a text holds, or everything that is wrong with it. */
  read: (text: string) => BearerRule[] | { faults: string[] };
}

const LOOK_EVERY_MS = 2000;

/**
 * The rules as their file has them now: a change counts within seconds, and no replica has to be restarted for it. A file that is away, or
 * holds no good rules, changes nothing: the last good ones go on, and the log says why.
 */
export class StandingRules {
  private readonly logger = new Logger('access');
  private text: string;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private rules: readonly BearerRule[];
  /** What stood against it when it was last looked at. */
  private complaint: string | null = null;

  constructor(private readonly file: RulesFile) {
    this.text = file.text;
    const read = file.read(file.text);
    this.rules = Array.isArray(read) ? read : [];
  }

  get now(): readonly BearerRule[] {
    return this.rules;
  }

  /** @param changed told after each change */
  watch(changed: () => void): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.look(changed).finally(() => this.watch(changed)), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Before the process ends. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async look(changed: () => void): Promise<void> {
    const text = await readFile(this.file.path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof text !== 'string') return this.complain([`it can’t be read (${text.code ?? text.message})`]);
    if (text === this.text) return this.complain([]);
    const read = this.file.read(text);
    if (!Array.isArray(read)) return this.complain(read.faults);
    [this.text, this.rules] = [text, read];
    this.complain([]);
    this.logger.log({ event: 'bearer_rules_changed', rules: read.map(({ name }) => name) });
    changed();
  }

  /** Once for each fault. */
  private complain(faults: string[]): void {
    const complaint = faults.join('; ') || null;
    if (complaint !== null && complaint !== this.complaint)
      this.logger.error({ event: 'bearer_rules_refused', path: this.file.path, reason: complaint });
    this.complaint = complaint;
  }
}
