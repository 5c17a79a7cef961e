import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Changes } from '../changes/changes.js';
import { ExposureTallies, type Tally } from './exposure-tallies.js';
import type { Exposed } from './exposures.js';

/** Well within the second that is promised. */
const WRITE_AFTER_MS = 600;
/** Exposures of one statement: made ready quickly enough that no reader waits for it. */
const AT_ONCE = 500;
const MOST_REMEMBERED = 200_000;

/** One consumer's reads of one token, of which the first is written. */
export interface Count extends Tally {
  /** False once this isn't the place any more where such reads are counted. */
  remembered: boolean;
}

/**
 * Reads of tokens by consumers of whom it is written already that they got them: counted here, and written down within a second. While the
 * database is away the counts stay here; only what a crash takes along is missing from them, never that there was a read.
 */
@Injectable()
export class RepeatedReads implements OnApplicationShutdown {
  private readonly logger = new Logger('exposures');
  private readonly written = new LRUCache<string, Count>({
    max: MOST_REMEMBERED,
    dispose: (count) => (count.remembered = false),
  });
  private unwritten: Count[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly tallies: ExposureTallies,
    private readonly changes: Changes,
  ) {
    changes.heardBy(({ kind }) => {
      // Perhaps another database, restored from before the row was written.
      if (kind === 'everything') this.written.clear();
    });
  }

  keyOf({ connectionId, version, consumerId }: Exposed): string {
    return `${connectionId}:${version}:${consumerId}`;
  }

  /** @returns false if nothing is known of a first read: then it has to be written before the token leaves */
  count(key: string): boolean {
    const count = this.recall(key);
    if (count === undefined) return false;
    this.countOne(count);
    return true;
  }

  /** What was counted of it so far, if a first read is known of. */
  recall(key: string): Count | undefined {
    return this.changes.areHeard ? this.written.get(key) : undefined;
  }

  /** Whether what was recalled once would be recalled again. */
  counts(count: Count): boolean {
    return count.remembered && this.changes.areHeard;
  }

  /** @param count as it was just recalled */
  countOne(count: Count): void {
    if (count.reads === 0) this.unwritten.push(count);
    count.reads += 1;
    count.lastAt = Date.now();
    this.timer ??= setTimeout(() => void this.write(), WRITE_AFTER_MS);
  }

  /** That it is in the database. */
  remember(exposed: Exposed): void {
    this.written.set(this.keyOf(exposed), { ...exposed, reads: 0, lastAt: 0, remembered: true });
  }

  /** All that was counted so far; what can't be written now is kept. */
  write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  /** Then the database has in its exposures all that was read here until now, and all that other replicas have written. @throws what the database throws */
  async addUp(): Promise<void> {
    await this.write();
    await this.tallies.addUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.addUp().catch((error: unknown) => this.logger.warn({ event: 'exposures_not_added_up', err: error }));
  }

  private async writeAll(): Promise<void> {
    const counts = this.unwritten;
    this.unwritten = [];
    for (let start = 0; start < counts.length; start += AT_ONCE) {
      await this.writeSome(counts.slice(start, start + AT_ONCE));
    }
  }

  private async writeSome(counts: Count[]): Promise<void> {
    const reads = counts.map((count) => count.reads);
    const put = this.tallies.put(counts);
    for (const count of counts) count.reads = 0;
    try {
      await put;
    } catch (error) {
      this.logger.warn({ event: 'exposures_not_counted', exposures: counts.length, err: error });
      for (const [index, count] of counts.entries()) {
        if (count.reads === 0) this.unwritten.push(count);
        count.reads += reads[index]!;
      }
      this.timer ??= setTimeout(() => void this.write(), WRITE_AFTER_MS);
    }
  }
}
