import { LRUCache } from 'lru-cache';

export interface MemoryOptions<V> {
  /** Whether what is remembered counts at the moment. */
  counts: () => boolean;
  /** Together, by `sizeOf`. What wasn't asked for longest goes first. */
  size: number;
  sizeOf: (value: V) => number;
}

/** Of so many questions one makes what it asked for the one that was asked for last: to tell what is asked for often from what isn't, that is enough. */
const QUESTIONS_EACH = 16;

/** What was read from the database, as long as nobody says that it changed. */
export class Memory<V extends object> {
  private readonly values: LRUCache<string, V>;
  private questions = 0;
  private readonly underway = new Map<string, Set<{ stale: boolean }>>();

  constructor(private readonly options: MemoryOptions<V>) {
    this.values = new LRUCache({ maxSize: options.size, sizeCalculation: options.sizeOf });
  }

  /** Undefined as well where there is something that doesn't count. */
  get(key: string): V | undefined {
    if (!this.options.counts()) return undefined;
    this.questions = (this.questions + 1) % QUESTIONS_EACH;
    return this.questions === 0 ? this.values.get(key) : this.values.peek(key);
  }

  /**
   * What is remembered, or what `read` finds. That is remembered in turn, unless it changed in the meantime: a read that began before a
   * change was told may have seen what was before it.
   */
  async obtain(key: string, read: () => Promise<V | null>): Promise<V | null> {
    const known = this.get(key);
    if (known !== undefined) return known;
    const reading = { stale: !this.options.counts() };
    const readings = this.underway.get(key) ?? new Set();
    this.underway.set(key, readings.add(reading));
    try {
      const value = await read();
      if (value !== null && !reading.stale) this.values.set(key, value);
      return value;
    } finally {
      readings.delete(reading);
      if (readings.size === 0) this.underway.delete(key);
    }
  }

  forget(key: string): void {
    this.values.delete(key);
    for (const reading of this.underway.get(key) ?? []) reading.stale = true;
  }

  forgetAll(): void {
    this.values.clear();
    for (const readings of this.underway.values()) for (const reading of readings) reading.stale = true;
  }
}
